import { readdirSync, type Dirent } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';

/** Folders that hold no models of the user's. */
const passedOver = new Set(['node_modules', '.git', '.slipway', '.dvc', '.venv', '__pycache__']);

export interface GlobMatch {
  /** Relative to the root, with `/`; may begin with `../`. */
  readonly path: string;
  /** What the wildcards matched: the version's name. */
  readonly name: string;
}

/** Whether a path of slipway.yaml has wildcards. */
export function isPattern(path: string): boolean {
  return picomatch.scan(path).isGlob;
}

/**
 * The files that a pattern matches, in the order of their paths, each with the part its wildcards matched.
 * A DVC pointer `x.onnx.dvc` stands for `x.onnx` when that is not there.
 * @param pattern relative to the root, with `/`, such as `models/credit-*.onnx`
 */
export function matchingFiles(root: string, pattern: string): GlobMatch[] {
  const { base } = picomatch.scan(pattern);
  const expression = picomatch.makeRe(pattern.replace(/^\.\//, ''), { capture: true });
  const found = filesUnder(resolve(root, base)).map(file => relative(root, file).split(sep).join('/'));
  const present = new Set(found);
  const models = found
    .map(path => (path.endsWith('.onnx.dvc') ? path.slice(0, -'.dvc'.length) : path))
    .filter((path, index) => path === found[index] || !present.has(path));
  const matches = models.flatMap(path => {
    const match = expression.exec(path);
    return match === null ? [] : [{ path, name: wildcardPart(match, path) }];
  });
  const times = new Map<string, number>();
  for (const { name } of matches) times.set(name, (times.get(name) ?? 0) + 1);
  return matches.map(({ path, name }) => ({
    path,
    name: times.get(name) === 1 ? name : withoutSuffix(path),
  }));
}

function wildcardPart(match: RegExpExecArray, path: string): string {
  const parts = match
    .slice(1)
    .map(part => ((part as string | undefined) ?? '').replace(/^\/|\/$/g, ''))
    .filter(part => part !== '');
  return parts.length === 0 ? withoutSuffix(basename(path)) : withoutSuffix(parts.join('/'));
}

function withoutSuffix(path: string): string {
  return path.replace(/\.onnx$/, '');
}

/** All files under a folder, in the order of their paths; what can't be read is passed over. */
export function filesUnder(folder: string): string[] {
  const files: string[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(at, { withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (!passedOver.has(entry.name)) folders.push(path);
      } else files.push(path);
    }
  }
  return files.sort();
}

/** A file as results name it: relative to the root with `/` when it lies under it, else absolute. */
export function pathFrom(root: string, file: string): string {
  const path = relative(root, file);
  if (path === '' || path.startsWith(`..${sep}`) || path === '..' || isAbsolute(path)) return file;
  return path.split(sep).join('/');
}
