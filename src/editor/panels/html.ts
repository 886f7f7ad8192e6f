import { randomBytes } from 'node:crypto';

export interface PageAssets {
  /** `webview.cspSource`. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  readonly title: string;
}

/** 128 random bits: a page's script and styles are known by it. */
export function newNonce(): string {
  return randomBytes(16).toString('base64url');
}

/** Nothing from elsewhere: scripts by nonce only, no connections, no frames. */
export function contentSecurityPolicy(cspSource: string, nonce: string): string {
  return [
    "default-src 'none'",
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
}

/** The frame of a page. The toolkit reads the nonce of its styles from the `csp-nonce` property. */
export function pageHtml({ cspSource, script, style, title }: PageAssets, nonce: string): string {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta property="csp-nonce" content="${nonce}" />
    <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(cspSource, nonce)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(title)}</title>
    <link rel="stylesheet" href="${escapeHtml(style)}" />
  </head>
  <body>
    <div id="root"></div>
    <script nonce="${nonce}" src="${escapeHtml(script)}"></script>
  </body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
