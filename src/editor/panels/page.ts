import { Disposable, Uri, type WebviewPanel } from 'vscode';
import type { PageRequests, PageState, PageTab } from '../../protocol/pages.ts';
import type { Handlers } from '../../protocol/transport.ts';
import { sentenceOf } from '../failures.ts';
import type { Change, Host } from '../host.ts';
import type { PageChannel } from '../services.ts';
import { newNonce, pageHtml } from './html.ts';
import { pageRequests } from './requests.ts';
import type { PageSource } from './source.ts';
import { subjectTitle, type Subject } from './subject.ts';

/** Snapshots are whole, so progress is sent four times a second and not at each report of the engine. */
const progressIntervalMs = 250;
const changeIntervalMs = 30;

/** One webview with its subject: sends snapshots of the state, answers the page's requests. */
export class Page implements Disposable {
  readonly subject: Subject;
  readonly panel: WebviewPanel;
  readonly #host: Host;
  readonly #source: PageSource;
  readonly #toDispose: Disposable[] = [];
  #channel: PageChannel | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #asked = false;

  constructor(host: Host, panel: WebviewPanel, source: PageSource) {
    this.#host = host;
    this.#source = source;
    this.subject = source.subject;
    this.panel = panel;
    const media = ['dist/webview', 'media'].map(folder =>
      Uri.joinPath(host.context.extensionUri, ...folder.split('/')),
    );
    panel.webview.options = { enableScripts: true, localResourceRoots: media };
    const icon = (theme: string): Uri =>
      Uri.joinPath(host.context.extensionUri, 'media', `page-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const asset = (name: string): string =>
      panel.webview.asWebviewUri(Uri.joinPath(host.context.extensionUri, 'dist', 'webview', name)).toString();
    panel.onDidDispose(() => this.dispose(), null, this.#toDispose);
    host.onDidChange(change => this.#plan(change), null, this.#toDispose);
    if (source.every !== undefined) {
      const timer = setInterval(() => void this.#send(), source.every);
      this.#toDispose.push(new Disposable(() => clearInterval(timer)));
    }
    void this.#open(() => {
      panel.webview.html = pageHtml(
        {
          cspSource: panel.webview.cspSource,
          script: asset(`${source.subject.page}.js`),
          style: asset(`${source.subject.page}.css`),
          title: subjectTitle(source.subject),
        },
        newNonce(),
      );
    });
  }

  /** Asks for a tab. @param version of the trials: the one to measure */
  show(tab: PageTab, version?: string): void {
    this.#source.show?.(tab, version);
    this.#plan('models');
  }

  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#channel?.dispose();
    for (const item of this.#toDispose) item.dispose();
  }

  /** The channel listens before the page is loaded, so that its first request is heard. */
  async #open(load: () => void): Promise<void> {
    const { webview } = this.panel;
    try {
      const services = await this.#host.services();
      if (this.#closed) return;
      this.#channel = services.openChannel(
        {
          post: message => void webview.postMessage(message),
          onMessage: listener => webview.onDidReceiveMessage(listener, null, this.#toDispose),
          onClose: listener => this.panel.onDidDispose(listener),
        },
        this.#handlers(),
      );
      load();
    } catch (error) {
      this.#host.log.error(sentenceOf(error));
    }
  }

  /** What the page shows now. */
  async state(): Promise<PageState> {
    return await this.#source.state();
  }

  /** True once the page's script has run and asked for its first snapshot. */
  get asked(): boolean {
    return this.#asked;
  }

  #handlers(): Handlers<PageRequests> {
    return pageRequests(this.#host, this.#source, () => {
      this.#asked = true;
      return this.state();
    });
  }

  #plan(change: Change): void {
    if (this.#timer !== null || this.#closed) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        void this.#send();
      },
      change === 'work' ? progressIntervalMs : changeIntervalMs,
    );
  }

  async #send(): Promise<void> {
    // A hidden page drops messages; it asks for a snapshot when it is shown again.
    if (!this.panel.visible) return;
    try {
      const state = await this.state();
      if (!this.#closed) this.#channel?.state(state);
    } catch (error) {
      this.#host.log.error(sentenceOf(error));
    }
  }
}
