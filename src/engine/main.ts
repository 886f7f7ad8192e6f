import 'vscode-jsonrpc/node';
import { loadFile } from './model/load.ts';
import { rowsPage } from './data/rows.ts';
import { golden } from './tasks/golden.ts';
import { predict } from './tasks/predict.ts';
import type { EngineRequests } from '../protocol/engine.ts';
import { Channel, type Port } from '../protocol/transport.ts';

/** The engine's entry: answers the parent process until it goes away. */
const parent: Port = {
  post: message => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  },
  onMessage: listener => void process.on('message', listener),
  onClose: listener => void process.on('disconnect', listener),
};

process.on('disconnect', () => process.exit(0));

const channel = new Channel<Record<string, never>>(parent);
channel.serve<Omit<EngineRequests, 'validate' | 'explain' | 'compare'>>({
  inspect: async ({ file }) => (await loadFile(file)).facts,
  rows: rowsPage,
  predict,
  golden,
});
channel.listen();
