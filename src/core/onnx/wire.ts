/**
 * Protobuf messages as lists of fields, without knowing their schema: an edit changes what it means to change
 * and leaves every other byte as it is (unknown fields, int64 beyond 2^53).
 */
export interface Field {
  readonly number: number;
  /** The field with its tag, as it stands in the file. */
  readonly bytes: Uint8Array;
  /** Of a length-delimited field, else null. */
  readonly content: Uint8Array | null;
}

/** @throws RangeError when the bytes end in the middle of a field */
export function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('the message ends in the middle of a number');
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return value;
    }
    throw new RangeError('a number is longer than ten bytes');
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    const wire = tag % 8;
    let content: Uint8Array | null = null;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      content = message.subarray(at, at + length);
      at += length;
    } else throw new RangeError(`wire type ${wire} is not in use`);
    if (at > message.length) throw new RangeError('the message ends in the middle of a field');
    fields.push({ number: Math.floor(tag / 8), bytes: message.subarray(start, at), content });
  }
  return fields;
}

/** A length-delimited field. */
export function field(number: number, content: Uint8Array): Field {
  const head = [...varintBytes(number * 8 + 2), ...varintBytes(content.length)];
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return { number, bytes, content };
}

/** The message of these fields, in this order. */
export function messageOf(fields: readonly Field[]): Uint8Array {
  const message = new Uint8Array(fields.reduce((total, { bytes }) => total + bytes.length, 0));
  let at = 0;
  for (const { bytes } of fields) {
    message.set(bytes, at);
    at += bytes.length;
  }
  return message;
}

function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
