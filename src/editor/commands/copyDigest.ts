import { env } from 'vscode';
import type { CommandHandler } from './command.ts';
import { fieldsOf, referenceIn, textField } from './subject.ts';

/** Copies the whole digest of a version or release. */
export const copyDigest: CommandHandler = async ({ host, pages }, argument) => {
  const { release } = fieldsOf(argument);
  const known = textField(fieldsOf(release).model, 'digest');
  if (known !== undefined) {
    await env.clipboard.writeText(known);
    return;
  }
  const reference = referenceIn(argument, pages);
  if (reference === undefined) return;
  const { workspace } = await host.services();
  await env.clipboard.writeText((await workspace.resolve(reference)).ref.digest);
};
