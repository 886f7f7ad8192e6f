import { describe, expect, it } from 'vitest';
import { modelBytes } from './testing.ts';
import { field, fieldsOf, messageOf } from './wire.ts';

describe('fields of a message', () => {
  it('are the message again', () => {
    const bytes = modelBytes();
    expect([...messageOf(fieldsOf(bytes))]).toEqual([...bytes]);
  });

  it('knows every wire type in use', () => {
    const message = new Uint8Array([
      0x08, 0xac, 0x02, 0x15, 1, 2, 3, 4, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x22, 1, 9,
    ]);
    const fields = fieldsOf(message);
    expect(fields.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(fields.map(({ content }) => content && [...content])).toEqual([null, null, null, [9]]);
  });

  it('writes lengths of more than one byte', () => {
    const made = field(20, new Uint8Array(300));
    expect([...made.bytes.subarray(0, 4)]).toEqual([0xa2, 0x01, 0xac, 0x02]);
    expect(fieldsOf(made.bytes)).toEqual([made]);
  });

  it.each([
    ['a number cut short', [0x08, 0x80]],
    ['content cut short', [0x0a, 5, 1]],
    ['eight bytes cut short', [0x09, 1]],
    ['a group', [0x0b]],
    ['a number that does not end', [0x08, ...Array<number>(11).fill(0x80)]],
  ])('refuses %s', (_, bytes) => {
    expect(() => fieldsOf(new Uint8Array(bytes))).toThrow(RangeError);
  });
});
