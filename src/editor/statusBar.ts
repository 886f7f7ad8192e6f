import { StatusBarAlignment, ThemeColor, window, type Disposable, type StatusBarItem } from 'vscode';
import type { CommandId } from './contributions/commands.ts';
import type { Host } from './host.ts';
import type { Pages } from './panels/pages.ts';
import { verdictIcons, verdictWords } from './tree/items.ts';
import type { RunningWork } from './work.ts';

const low = 20;

/** What the engine works on; else the verdict of the version in front; else nothing. */
export class StatusBar implements Disposable {
  readonly #host: Host;
  readonly #pages: Pages;
  readonly #item: StatusBarItem;

  constructor(host: Host, pages: Pages) {
    this.#host = host;
    this.#pages = pages;
    this.#item = window.createStatusBarItem('slipway.status', StatusBarAlignment.Left, low);
    this.#item.name = 'Slipway';
    host.context.subscriptions.push(host.onDidChange(() => void this.#draw()));
  }

  dispose(): void {
    this.#item.dispose();
  }

  async #draw(): Promise<void> {
    const [first, ...others] = this.#host.work.all();
    if (first !== undefined) {
      this.#item.text = workingText(first, others.length);
      this.#item.tooltip = first.progress.what;
      this.#item.command = 'slipway.showLog' satisfies CommandId;
      this.#item.backgroundColor = undefined;
      this.#item.show();
      return;
    }
    const active = this.#pages.active;
    const model = active?.page === 'version' ? await this.#host.catalog.resolve(active.reference) : null;
    if (model === null) {
      this.#item.hide();
      return;
    }
    const { row } = await this.#host.catalog.list(model.entry, model.version);
    this.#item.text = `$(${verdictIcons[row.verdict].id}) ${model.entry.name} ${row.version}: ${verdictWords[row.verdict]}`;
    this.#item.tooltip = 'Validate it again';
    this.#item.command = 'slipway.validate' satisfies CommandId;
    this.#item.backgroundColor =
      row.verdict === 'fail' ? new ThemeColor('statusBarItem.errorBackground') : undefined;
    this.#item.show();
  }
}

/** "Validating credit-risk 2.0.0 37 %" */
export function workingText({ title, progress }: RunningWork, others: number): string {
  const share = progress.total > 0 ? ` ${Math.floor((100 * progress.done) / progress.total)} %` : '';
  return `$(loading~spin) ${title}${share}${others > 0 ? ` (+${others})` : ''}`;
}
