import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { commands, extensions } from 'vscode';
import { commandIds } from '../../src/editor/contributions/commands.ts';
import { slipway } from './support.ts';

suite('activation', () => {
  test('registers every command of the manifest', async () => {
    await slipway();
    const registered = new Set(await commands.getCommands(true));
    assert.deepEqual(
      commandIds.filter(id => !registered.has(id)),
      [],
    );
  });

  test('loads less than 300 KB, none of it native', () => {
    const extension = extensions.getExtension('slipway.slipway');
    assert.ok(extension !== undefined);
    const file = path.join(extension.extensionPath, 'dist', 'extension.js');
    assert.ok(statSync(file).size < 300_000, `${statSync(file).size} bytes`);
    const natives = Object.keys(require.cache).filter(name => name.endsWith('.node'));
    assert.deepEqual(
      natives.filter(name => /onnxruntime|duckdb/.test(name)),
      [],
    );
  });
});
