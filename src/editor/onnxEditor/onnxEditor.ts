import type { CustomDocument, CustomReadonlyEditorProvider, Uri, WebviewPanel } from 'vscode';
import type { Host } from '../host.ts';
import { escapeHtml } from '../panels/html.ts';
import type { Pages } from '../panels/pages.ts';

/** Opens `.onnx` files as the version's page. Read-only: a model is made elsewhere. */
export class OnnxEditor implements CustomReadonlyEditorProvider {
  readonly #host: Host;
  readonly #pages: Pages;

  constructor(host: Host, pages: Pages) {
    this.#host = host;
    this.#pages = pages;
  }

  openCustomDocument(uri: Uri): CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: CustomDocument, panel: WebviewPanel): void {
    if (uri.scheme !== 'file') {
      // The source control view opens earlier states of a file by other schemes.
      const words = 'Open this version from the Slipway view: its bytes are read from git there.';
      panel.webview.html = `<!DOCTYPE html><html lang="en"><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'" /></head><body><p>${escapeHtml(words)}</p></body></html>`;
      return;
    }
    this.#host.adopt(uri.fsPath);
    this.#pages.adopt(panel, { page: 'version', reference: uri.fsPath });
  }
}
