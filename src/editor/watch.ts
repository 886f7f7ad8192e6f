import path from 'node:path';
import { RelativePattern, Uri, workspace, Disposable } from 'vscode';
import type { Host } from './host.ts';

const settleMs = 400;

/** What a folder's models depend on: files, git's heads and tags, and the config. */
const modelPatterns = ['slipway.yaml', '**/*.{onnx,dvc}', '.git/{HEAD,packed-refs,index}', '.git/refs/**'];
/** What results rest on beside them. */
const dataPatterns = ['**/*.{csv,parquet,jsonl,ndjson}', '.slipway/reviews/**'];
const releasePatterns = ['.slipway/releases/*.jsonl', '.slipway/targets/*/serving.json'];
const ignored = /[\\/](?:node_modules|\.slipway[\\/]results|\.git[\\/]objects)[\\/]/;

/** Keeps trees and pages true to the disk; changes that come together are one change. */
export function watchFolder(host: Host): Disposable[] {
  if (host.root === null) return [];
  const reload = settled(() => void host.reload());
  const data = settled(() => host.changed('data'));
  const targets = settled(() => host.changed('targets'));
  return [
    ...modelPatterns.flatMap(pattern => watch(host.root!, pattern, reload)),
    ...dataPatterns.flatMap(pattern => watch(host.root!, pattern, data)),
    ...releasePatterns.flatMap(pattern => watch(host.root!, pattern, targets)),
    new Disposable(() => [reload, data, targets].forEach(item => item.cancel())),
  ];
}

function watch(root: string, pattern: string, told: Settled): Disposable[] {
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(root), pattern));
  const changed = (uri: Uri): void => {
    if (!ignored.test(path.sep + path.relative(root, uri.fsPath))) told.call();
  };
  return [watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed)];
}

interface Settled {
  call(): void;
  cancel(): void;
}

/** Calls once things have been quiet for a moment. */
function settled(act: () => void): Settled {
  let timer: NodeJS.Timeout | null = null;
  const cancel = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    call: () => {
      cancel();
      timer = setTimeout(act, settleMs);
    },
    cancel,
  };
}
