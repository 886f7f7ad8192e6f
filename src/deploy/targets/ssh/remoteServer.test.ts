import { expect, test } from 'vitest';
import { Layout } from './layout.ts';
import { quoted } from './remoteHost.ts';
import { unitText } from './remoteServer.ts';

test('words of a command line and of a unit stay what they are', () => {
  expect(["it's", 'a b', '$HOME', '/usr/bin/node', '--port=1'].map(quoted)).toEqual([
    `'it'\\''s'`,
    `'a b'`,
    `'$HOME'`,
    '/usr/bin/node',
    '--port=1',
  ]);
  const unit = unitText('slipway-box.service', ['/opt/no de', '100%', '$X', 'a"b'], new Layout('/srv/box'));
  expect(unit).toContain('ExecStart="/opt/no de" "100%%" "$$X" "a\\"b"\n');
  expect(unit).toContain('StandardError=append:/srv/box/run/server.log\n');
});
