import path from 'node:path';
import type { DocumentFilter, TextDocument } from 'vscode';
import type { Host } from '../host.ts';

export const configFile = 'slipway.yaml';

/** By name and not by language: no YAML extension is needed. */
export const configSelector: DocumentFilter = { scheme: 'file', pattern: `**/${configFile}` };

/** True for the slipway.yaml of the open folder. */
export function isConfig(host: Host, { uri }: TextDocument): boolean {
  return host.root !== null && uri.scheme === 'file' && uri.fsPath === path.join(host.root, configFile);
}
