import 'vscode-jsonrpc/node';
import { BadInput } from '../core/failure.ts';
import { readOptions, usage } from './options.ts';
import { runServer } from './server.ts';

function told(error: unknown): { readonly text: string; readonly code: number } {
  if (error instanceof BadInput) return { text: error.message, code: 2 };
  if (error instanceof TypeError && 'code' in error) return { text: `${error.message}\n${usage}`, code: 2 };
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), code: 3 };
}

Promise.resolve()
  .then(() => runServer(readOptions(process.argv.slice(2), process.env)))
  .catch((error: unknown) => {
    const { text, code } = told(error);
    process.stderr.write(`${text}\n`);
    process.exit(code);
  });
