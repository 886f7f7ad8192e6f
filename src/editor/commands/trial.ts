import { commands, ProgressLocation, window, workspace } from 'vscode';
import type { EngineProgress } from '../../protocol/engine.ts';
import type { Host } from '../host.ts';
import type { WorkKind } from '../work.ts';

/** Work without a page of its own: a notification with its progress and a way to stop it. */
export async function withNotice<T>(
  host: Host,
  kind: WorkKind,
  subject: string,
  title: string,
  task: (signal: AbortSignal, onProgress: (progress: EngineProgress) => void) => Promise<T>,
): Promise<T> {
  return await window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (notice, token) => {
      token.onCancellationRequested(() => host.work.cancel(kind, subject));
      let before = 0;
      return await host.work.run(kind, subject, title, async (signal, onProgress) => {
        return await task(signal, progress => {
          const share = progress.total > 0 ? (100 * progress.done) / progress.total : 0;
          notice.report({ message: progress.what, increment: Math.max(0, share - before) });
          before = Math.max(before, share);
          onProgress(progress);
        });
      });
    },
  );
}

/** Shows a text in the editor's own Markdown preview. */
export async function showMarkdown(content: string): Promise<void> {
  const document = await workspace.openTextDocument({ language: 'markdown', content });
  await commands.executeCommand('markdown.showPreview', document.uri);
}
