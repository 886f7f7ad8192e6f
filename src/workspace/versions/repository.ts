import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { simpleGit, type SimpleGit } from 'simple-git';
import { BadInput } from '../../core/failure.ts';

/** A commit that changed a file. */
export interface FileCommit {
  readonly commit: string;
  readonly author: string;
  /** ISO time of the commit. */
  readonly date: string;
  /** Object id of what the file was after it. */
  readonly blob: string;
}

type LastCommit = Omit<FileCommit, 'blob'>;

const format = '--format=%x01%H%x00%an%x00%cI';
/** How far back the last change of each file is looked for. */
const farthest = 5000;

/** A git repository, read only. */
export class Repository {
  /** Absolute path of its top folder, links resolved. */
  readonly top: string;
  readonly #git: SimpleGit;
  readonly #folder: string;
  readonly #folders = new Map<string, Promise<string>>();
  #common: Promise<string> | null = null;
  /** Of the files asked about last: pages of one model's versions ask about the same. */
  #last: { readonly key: string; readonly commits: Promise<ReadonlyMap<string, LastCommit>> } | null = null;

  private constructor(top: string, folder: string, git: SimpleGit) {
    this.top = top;
    this.#folder = folder;
    this.#git = git;
  }

  /** The repository a folder lies in; null when it lies in none, or git is not installed. */
  static async find(folder: string): Promise<Repository | null> {
    try {
      const git = simpleGit({ baseDir: folder, maxConcurrentProcesses: 2 }).env(scrubbed());
      const top = (await git.raw('rev-parse', '--show-toplevel')).trim();
      return new Repository(await realpath(top), await realpath(folder), git);
    } catch {
      return null;
    }
  }

  /** A path relative to the folder this was found from, as git names it; null where it lies outside of the repository. */
  async #pathOf(path: string): Promise<string | null> {
    const file = resolve(this.#folder, path);
    const folder = dirname(file);
    // git knows nothing beyond a link.
    const known = this.#folders.get(folder) ?? realpath(folder).catch(() => folder);
    this.#folders.set(folder, known);
    const place = relative(this.top, join(await known, basename(file)));
    return place.startsWith('..') || isAbsolute(place) ? null : place.split(sep).join('/');
  }

  /** Paths relative to the folder this was found from, by git's names; without those that lie outside. */
  async #held(paths: readonly string[]): Promise<Map<string, string>> {
    const places = await Promise.all(paths.map(path => this.#pathOf(path)));
    return new Map(places.flatMap((place, at) => (place === null ? [] : [[place, paths[at]!] as const])));
  }

  /** Commits that changed a file and left it there, newest first; at most `limit`. */
  async history(path: string, limit: number, from = 'HEAD'): Promise<FileCommit[]> {
    const place = await this.#pathOf(path);
    if (place === null) return [];
    const output = await this.#log([
      format,
      '--raw',
      '--no-abbrev',
      '--diff-filter=d',
      `--max-count=${limit}`,
      from,
      '--',
      place,
    ]);
    return output.flatMap(({ fields: [commit = '', author = '', date = ''], rest }) => {
      const blob = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) /m.exec(rest)?.[1];
      return blob === undefined ? [] : [{ commit, author, date, blob }];
    });
  }

  /** The last commit of each of many files, by path relative to the folder this was found from. */
  async lastCommits(paths: readonly string[]): Promise<ReadonlyMap<string, LastCommit>> {
    const key = [await this.commit('HEAD'), ...paths].join('\0');
    if (this.#last?.key !== key) this.#last = { key, commits: this.#findLastCommits(paths) };
    return await this.#last.commits;
  }

  async #findLastCommits(paths: readonly string[]): Promise<ReadonlyMap<string, LastCommit>> {
    const wanted = await this.#held(paths);
    const found = new Map<string, LastCommit>();
    if (wanted.size === 0) return found;
    const folders = [...new Set([...wanted.keys()].map(path => dirname(path)))];
    const commits = await this.#log([
      format,
      '--name-only',
      `--max-count=${farthest}`,
      'HEAD',
      '--',
      ...(wanted.size > 100 ? folders : wanted.keys()),
    ]);
    for (const { fields, rest } of commits)
      for (const line of rest.split('\n')) {
        const path = wanted.get(line);
        const [commit = '', author = '', date = ''] = fields;
        if (path !== undefined && !found.has(path)) found.set(path, { commit, author, date });
      }
    return found;
  }

  /** Which files differ from the last commit (new ones too), by path relative to the folder. */
  async modified(paths: readonly string[]): Promise<ReadonlySet<string>> {
    const wanted = await this.#held(paths);
    if (wanted.size === 0) return new Set();
    const where =
      wanted.size > 100 ? [...new Set([...wanted.keys()].map(path => dirname(path)))] : wanted.keys();
    const output = await this.#git.raw(
      '--no-optional-locks',
      '--literal-pathspecs',
      'status',
      '--porcelain',
      '--untracked-files=all',
      '--no-renames',
      '-z',
      '--',
      ...where,
    );
    const entries = output.split('\0').map(entry => wanted.get(entry.slice(3)));
    return new Set(entries.filter(path => path !== undefined));
  }

  /** Tags by the object id of what a file was in the tagged commit. */
  async tags(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const names = (
      await this.#git.raw('for-each-ref', '--sort=-creatordate', '--format=%(refname:strip=2)', 'refs/tags')
    )
      .split('\n')
      .filter(name => name !== '');
    const byBlob = new Map<string, string[]>();
    const place = await this.#pathOf(path);
    if (names.length === 0 || place === null) return byBlob;
    const answers = await this.#ask(names.map(name => `refs/tags/${name}:${place}`));
    for (const [index, answer] of answers.entries()) {
      if (answer === null) continue;
      const known = byBlob.get(answer.oid) ?? [];
      known.push(names[index]!);
      byBlob.set(answer.oid, known);
    }
    return byBlob;
  }

  /** Bytes of each object; null where there is no such one. */
  async sizes(oids: readonly string[]): Promise<(number | null)[]> {
    return (await this.#ask(oids)).map(answer => answer?.size ?? null);
  }

  /** Object id of a file in a revision; null when it isn't there. */
  async blobAt(revision: string, path: string): Promise<string | null> {
    const place = await this.#pathOf(path);
    if (place === null) return null;
    const [answer] = await this.#ask([`${revision}:${place}`]);
    return answer?.oid ?? null;
  }

  /** The full id of a commit named by a prefix, tag or branch; null when there is none. */
  async commit(revision: string): Promise<string | null> {
    if (revision.startsWith('-')) return null;
    try {
      return (await this.#git.raw('rev-parse', '--verify', '--quiet', `${revision}^{commit}`)).trim() || null;
    } catch {
      return null;
    }
  }

  /** The texts of small objects, in one process. */
  async texts(oids: readonly string[]): Promise<string[]> {
    const output = await this.#feed('--batch', oids);
    const texts: string[] = [];
    for (let at = 0; texts.length < oids.length;) {
      const end = output.indexOf(0x0a, at);
      const size = Number(output.toString('utf8', at, end).split(' ')[2]);
      if (end === -1 || !Number.isInteger(size)) throw new Error(`git has no object ${oids[texts.length]!}`);
      texts.push(output.toString('utf8', end + 1, end + 1 + size));
      at = end + 1 + size + 1;
    }
    return texts;
  }

  /** The text of a file in a revision; null when it isn't there. */
  async textAt(revision: string, path: string): Promise<string | null> {
    const blob = await this.blobAt(revision, path);
    return blob === null ? null : ((await this.texts([blob]))[0] ?? null);
  }

  /** Object ids of the files under a folder in a revision, by path relative to the folder this was found from. */
  async filesAt(revision: string, folder: string): Promise<ReadonlyMap<string, string>> {
    const place = await this.#pathOf(folder);
    if (place === null) return new Map();
    const output = await this.#git.raw('ls-tree', '-r', '-z', revision, '--', `${place}/`);
    return new Map(
      output
        .split('\0')
        .map(line => /^\d+ blob ([0-9a-f]+)\t([\s\S]*)$/.exec(line))
        .filter(found => found !== null)
        .map(([, oid = '', path = '']) => [`${folder}${path.slice(place.length)}`, oid]),
    );
  }

  /** Object id that git gives a text. */
  async hashOf(text: string): Promise<string> {
    const child = this.#spawn(['hash-object', '-t', 'blob', '--no-filters', '--stdin']);
    const done = exitOf(child);
    child.stdin.end(text);
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
    await done;
    return Buffer.concat(chunks).toString('utf8').trim();
  }

  /** Who wrote a commit (or the last one that changed a file); null when there is none. */
  async authorOf(
    commit: string | null,
    path: string,
  ): Promise<{ readonly name: string; readonly email: string } | null> {
    if ((await this.commit('HEAD')) === null) return null;
    const file = await this.#pathOf(path);
    if (commit === null && file === null) return null;
    const place = commit === null ? ['HEAD', '--', file!] : [commit];
    const output = await this.#git.raw(
      '--literal-pathspecs',
      'log',
      '-1',
      '--no-show-signature',
      '--format=%an%x00%ae',
      ...place,
    );
    const [name = '', email = ''] = output.trim().split('\0');
    return email === '' && name === '' ? null : { name, email };
  }

  /** Whether anything differs from the last commit, new files left out. */
  async isModified(): Promise<boolean> {
    const args = ['--no-optional-locks', 'status', '--porcelain', '--untracked-files=no'];
    return (await this.#git.raw(...args)).trim() !== '';
  }

  /** A setting of git's; null when it is not set. */
  async setting(name: string): Promise<string | null> {
    try {
      return (await this.#git.raw('config', '--get', name)).trim() || null;
    } catch {
      return null;
    }
  }

  /** Writes an object's bytes to a new file. */
  async extract(oid: string, file: string): Promise<void> {
    const child = this.#spawn(['cat-file', 'blob', oid]);
    child.stdin.end();
    const done = exitOf(child);
    await pipeline(child.stdout, createWriteStream(file, { flags: 'wx', flush: true }));
    await done;
  }

  /** Where Git LFS keeps an object. */
  async lfsObject(oid: string): Promise<string> {
    this.#common ??= this.#git.raw('rev-parse', '--path-format=absolute', '--git-common-dir');
    const common = (await this.#common).trim();
    return join(common, 'lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4), oid);
  }

  async #log(args: readonly string[]): Promise<{ fields: string[]; rest: string }[]> {
    const known = await this.commit('HEAD');
    if (known === null) return [];
    const output = await this.#git.raw(
      '--literal-pathspecs',
      '-c',
      'core.quotePath=false',
      'log',
      '--no-renames',
      '--no-show-signature',
      '--no-color',
      ...args,
    );
    return output
      .split('\x01')
      .slice(1)
      .map(entry => {
        const end = entry.indexOf('\n');
        const head = end === -1 ? entry : entry.slice(0, end);
        return { fields: head.split('\0'), rest: end === -1 ? '' : entry.slice(end + 1) };
      });
  }

  async #ask(names: readonly string[]): Promise<({ readonly oid: string; readonly size: number } | null)[]> {
    const output = await this.#feed('--batch-check=%(objectname) %(objecttype) %(objectsize)', names);
    const lines = output.toString('utf8').split('\n');
    return names.map((_, index) => {
      const answer = /^([0-9a-f]+) blob (\d+)$/.exec(lines[index] ?? '');
      return answer === null ? null : { oid: answer[1]!, size: Number(answer[2]) };
    });
  }

  /** One process for any number of objects; simple-git can't write to git's input. */
  async #feed(mode: string, names: readonly string[]): Promise<Buffer> {
    if (names.length === 0) return Buffer.alloc(0);
    const child = this.#spawn(['cat-file', mode]);
    const done = exitOf(child);
    child.stdin.end(names.map(name => `${name}\n`).join(''));
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
    await done;
    return Buffer.concat(chunks);
  }

  #spawn(args: readonly string[]) {
    return spawn('git', args, { cwd: this.top, env: scrubbed(), stdio: ['pipe', 'pipe', 'pipe'] });
  }
}

function exitOf(child: ReturnType<typeof spawn>): Promise<void> {
  const said: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  // git closes its input when it stops early; its exit code says why.
  child.stdin?.on('error', () => undefined);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', code => {
      if (code === 0) done();
      else
        failed(
          new BadInput(
            'git-failed',
            `git could not read an object: ${Buffer.concat(said).toString('utf8').trim()}`,
          ),
        );
    });
  });
}

/** Without what would point git elsewhere, start other programs or ask questions. simple-git refuses those. */
function scrubbed(): NodeJS.ProcessEnv {
  const unsafe = /^(GIT_|SSH_ASKPASS$|EDITOR$|VISUAL$|PAGER$|PREFIX$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !unsafe.test(name)));
}
