import 'vscode-jsonrpc/node';
import { answerOnce, coldStartArgument } from './runtime/coldStart.ts';
import { serveParent } from './serve.ts';

/** The engine's entry: answers the parent process until that goes away. */
process.on('disconnect', () => process.exit(0));

const [, entry, argument, modelFile] = process.argv;
if (argument === coldStartArgument && modelFile !== undefined) {
  answerOnce(modelFile).catch(() => process.exit(1));
} else {
  serveParent(entry ?? null);
}
