import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import path from 'node:path';
import {
  commands,
  EventEmitter,
  window,
  workspace,
  type Disposable,
  type Event,
  type ExtensionContext,
  type LogOutputChannel,
} from 'vscode';
import { Catalog } from './catalog.ts';
import { contextKeys } from './contributions/names.ts';
import { Deployments } from './deployments.ts';
import { sentenceOf } from './failures.ts';
import { Secrets } from './secrets.ts';
import type { Services, ServicesModule } from './services.ts';
import { setting } from './settings.ts';
import { UnderWay } from './underWay.ts';
import { WorkBoard } from './work.ts';

/** What changed: views and pages that show it draw again. `data`: a data file, on which results rest. */
export type Change = 'models' | 'data' | 'results' | 'targets' | 'work';

/** What the editor's parts share: the services of the open folder, made when first asked for. */
export class Host implements Disposable {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly work = new WorkBoard();
  readonly deployments = new Deployments();
  readonly secrets: Secrets;
  readonly underWay: UnderWay;
  readonly catalog: Catalog;
  readonly onDidChange: Event<Change>;
  /** Fires when the services of the folder are there: only then is something shown that can change. */
  readonly onDidOpen: Event<void>;
  readonly #opened = new EventEmitter<void>();
  readonly #changes = new EventEmitter<Change>();
  #root: string | null;
  #services: Promise<Services> | null = null;

  constructor(context: ExtensionContext) {
    this.context = context;
    this.secrets = new Secrets(context);
    this.underWay = new UnderWay(context.workspaceState);
    this.log = window.createOutputChannel('Slipway', { log: true });
    this.#root = workspace.workspaceFolders?.[0]?.uri.fsPath ?? null;
    this.onDidChange = this.#changes.event;
    this.onDidOpen = this.#opened.event;
    this.catalog = new Catalog(
      () => this.services(),
      () => this.trusted,
    );
    this.work.onChange(() => this.#changes.fire('work'));
    this.#say(this.root === null ? 'no-folder' : 'loading');
  }

  /** Absolute path of the first open folder; null when the window has none. */
  get root(): string | null {
    return this.#root;
  }

  /** A single model opened in a window without a folder: its own folder is the workspace. */
  adopt(file: string): void {
    this.#root ??= path.dirname(file);
  }

  get trusted(): boolean {
    return workspace.isTrusted;
  }

  get distDir(): string {
    return this.context.asAbsolutePath('dist');
  }

  /** Rejects without a folder: nothing offers to work then. */
  services(): Promise<Services> {
    this.#services ??= this.#open();
    return this.#services;
  }

  changed(change: Change): void {
    if (change === 'models') this.catalog.forgetAll();
    if (change === 'data' || change === 'results') this.catalog.forgetResults();
    if (change === 'targets') this.catalog.forgetTargets();
    else if (change !== 'work')
      void this.#services?.then(
        ({ policy }) => policy.book.forget(),
        () => undefined,
      );
    this.#changes.fire(change);
  }

  /** Reads slipway.yaml and the folder again. */
  async reload(): Promise<void> {
    if (this.root === null) return;
    const { workspace: folder } = await this.services();
    await folder.reload();
    this.#say(folder.models().length === 0 ? 'empty' : 'ready');
    this.changed('models');
  }

  async dispose(): Promise<void> {
    this.work.cancelAll();
    const services = await this.#services?.catch(() => null);
    await services?.dispose();
    this.#changes.dispose();
    this.#opened.dispose();
    this.log.dispose();
  }

  async #open(): Promise<Services> {
    if (this.root === null) throw new Error('Open a folder first: Slipway works on the models in it.');
    const load = createRequire(path.join(this.distDir, 'extension.js'));
    const { openServices } = load('./services.js') as ServicesModule;
    try {
      const services = await openServices({
        root: this.root,
        distDir: this.distDir,
        by: userInfo().username,
        memoryLimitMb: () => setting('slipway.engine.memoryLimit'),
        resamples: () => setting('slipway.validate.resamples'),
        trusted: () => this.trusted,
        keepRunning: setting('slipway.deploy.keepRunning'),
        secret: name => this.secrets.resolve(name),
        log: line => this.log.info(line),
      });
      this.#say(services.workspace.models().length === 0 ? 'empty' : 'ready');
      this.#opened.fire();
      return services;
    } catch (error) {
      this.log.error(sentenceOf(error));
      this.#services = null;
      throw error;
    }
  }

  #say(state: 'no-folder' | 'loading' | 'empty' | 'ready'): void {
    void commands.executeCommand('setContext', contextKeys.state, state);
  }
}
