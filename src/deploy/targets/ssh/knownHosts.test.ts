import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { judgeHostKey, knownKeyTypes } from './knownHosts.ts';

function key(type: string, byte: number): Buffer {
  const name = Buffer.from(type);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return Buffer.concat([length, name, Buffer.alloc(32, byte)]);
}

const own = key('ssh-ed25519', 1);
const other = key('ssh-ed25519', 2);
const line = (hosts: string, shown = own): string =>
  `${hosts} ssh-ed25519 ${shown.toString('base64')} a comment`;

describe('known_hosts', () => {
  test('names, ports, patterns, negations and hashes', () => {
    const salt = Buffer.alloc(20, 7);
    const hash = createHmac('sha1', salt).update('[box.example]:2222').digest('base64');
    for (const [hosts, host, port, known] of [
      ['box.example', 'box.example', 22, true],
      ['box.example', 'BOX.example', 22, true],
      ['a,box.example,b', 'box.example', 22, true],
      ['[box.example]:2222', 'box.example', 2222, true],
      ['box.example', 'box.example', 2222, false],
      ['*.example', 'box.example', 22, true],
      ['*.example,!box.example', 'box.example', 22, false],
      ['10.0.0.?', '10.0.0.7', 22, true],
      ['box.example', 'boxxexample', 22, false],
      [`|1|${salt.toString('base64')}|${hash}`, 'box.example', 2222, true],
      [`|1|${salt.toString('base64')}|${hash}`, 'box.example', 22, false],
    ] as const)
      expect([hosts, host, port, judgeHostKey(line(hosts), host, port, own).known]).toEqual([
        hosts,
        host,
        port,
        known,
      ]);
  });

  test('another key of the same type has changed, of another type is unknown; revoked is revoked', () => {
    const text = `# comment\n\n${line('box', other)}\n@cert-authority ${line('box')}\n`;
    expect(judgeHostKey(text, 'box', 22, own)).toMatchObject({
      known: false,
      why: 'changed',
      type: 'ssh-ed25519',
    });
    expect(judgeHostKey(text, 'box', 22, key('ssh-rsa', 1))).toMatchObject({ known: false, why: 'unknown' });
    expect(judgeHostKey(`${line('box')}\n@revoked ${line('*')}`, 'box', 22, own)).toMatchObject({
      why: 'revoked',
    });
    expect(knownKeyTypes(text, 'box', 22)).toEqual(['ssh-ed25519']);
  });
});
