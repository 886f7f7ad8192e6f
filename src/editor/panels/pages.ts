import {
  commands,
  Uri,
  ViewColumn,
  window,
  type Disposable,
  type WebviewPanel,
  type WebviewPanelSerializer,
} from 'vscode';
import { onnxEditorType, panelTypes } from '../contributions/names.ts';
import type { VersionTab } from '../../protocol/pages.ts';
import type { Host } from '../host.ts';
import { CompareSource } from './compareSource.ts';
import { DataSetSource } from './dataSetSource.ts';
import { Page } from './page.ts';
import type { PageSource } from './source.ts';
import { parseSubject, subjectKey, subjectTitle, type Subject } from './subject.ts';
import { TargetSource } from './targetSource.ts';
import { TrialsSource } from './trialsSource.ts';
import { VersionSource } from './versionSource.ts';

const memoryKey = 'pages';
const remembered = 100;

/** Every open page, found again by its subject; panels come back after a reload of the window. */
export class Pages implements Disposable, WebviewPanelSerializer {
  readonly #host: Host;
  readonly #pages = new Map<string, Page>();
  #active: Page | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The page in front; null when no page of ours is. */
  get front(): Page | null {
    return this.#active?.panel.active === true ? this.#active : null;
  }

  /** What the page in front is about. */
  get active(): Subject | null {
    return this.front?.subject ?? null;
  }

  /** Brings the page to the front, or opens it under a title that no other subject has. */
  open(subject: Subject, title = subjectTitle(subject)): Page {
    const known = this.#pages.get(subjectKey(subject));
    if (known !== undefined) {
      known.panel.reveal();
      return known;
    }
    const panel = window.createWebviewPanel(panelTypes[subject.page], title, ViewColumn.Active);
    this.#remember(title, subject);
    return this.adopt(panel, subject);
  }

  /** A version: files on disk open in the custom editor, versions in git in a panel. */
  async openVersion(
    { reference, file, title }: { reference: string; file: string | null; title: string },
    tab?: VersionTab,
  ): Promise<void> {
    if (file === null) {
      const page = this.open({ page: 'version', reference }, title);
      if (tab !== undefined) page.show(tab);
      return;
    }
    await commands.executeCommand('vscode.openWith', Uri.file(file), onnxEditorType);
    if (tab !== undefined) this.#pages.get(subjectKey({ page: 'version', reference: file }))?.show(tab);
  }

  /** Makes a page of a panel that the editor made: a custom editor, or one restored after a reload. */
  adopt(panel: WebviewPanel, subject: Subject): Page {
    const page = new Page(this.#host, panel, this.#source(subject));
    const key = subjectKey(subject);
    this.#pages.set(key, page);
    if (panel.active) this.#active = page;
    panel.onDidChangeViewState(() => {
      if (panel.active) this.#active = page;
      this.#host.changed('work');
    });
    panel.onDidDispose(() => {
      if (this.#pages.get(key) === page) this.#pages.delete(key);
      if (this.#active === page) this.#active = null;
      this.#host.changed('work');
    });
    return page;
  }

  /** Restores a panel by what its title stood for; a panel of an unknown subject is closed. */
  deserializeWebviewPanel(panel: WebviewPanel): Promise<void> {
    const subject = parseSubject(this.#memory()[panel.title]);
    if (subject === null) panel.dispose();
    else this.adopt(panel, subject);
    return Promise.resolve();
  }

  dispose(): void {
    for (const page of this.#pages.values()) page.dispose();
  }

  #source(subject: Subject): PageSource {
    switch (subject.page) {
      case 'version':
        return new VersionSource(this.#host, subject.reference);
      case 'compare':
        return new CompareSource(this.#host, subject);
      case 'target':
        return new TargetSource(this.#host, subject.target);
      case 'data':
        return new DataSetSource(this.#host, subject.file);
      case 'trials':
        return new TrialsSource(this.#host, subject.model);
    }
  }

  #memory(): Readonly<Record<string, unknown>> {
    return this.#host.context.workspaceState.get<Record<string, unknown>>(memoryKey, {});
  }

  #remember(title: string, subject: Subject): void {
    const others = Object.entries(this.#memory()).filter(([known]) => known !== title);
    const entries = [...others, [title, subject] as const].slice(-remembered);
    void this.#host.context.workspaceState.update(memoryKey, Object.fromEntries(entries));
  }
}
