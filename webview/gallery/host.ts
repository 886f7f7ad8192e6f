import 'vscode-jsonrpc/browser';
import type { PageRequests, PageState } from '../../src/protocol/pages.ts';
import { Channel, type Handlers } from '../../src/protocol/transport.ts';
import { namedSlice, someRows } from './samples/errors.ts';
import { localAnswers } from './samples/local.ts';
import { overallAnswers } from './samples/overall.ts';
import { partsAnswers } from './samples/parts.ts';

/** Stands where VS Code stands: gives a page its api and its state, and keeps what the page asked. */

interface Setting {
  readonly state: PageState;
  readonly memory: Readonly<Record<string, unknown>>;
  /** Real documents in place of invented answers, by question. */
  readonly answers: Readonly<Record<string, unknown>>;
}

declare global {
  interface Window {
    setting: Setting;
    asked: { method: string; params: unknown }[];
    acquireVsCodeApi: () => object;
  }
}

const listeners: ((message: unknown) => void)[] = [];
let memory: unknown = window.setting.memory;
window.asked = [];
window.acquireVsCodeApi = () => ({
  postMessage: (message: unknown) => listeners.forEach(listener => listener(structuredClone(message))),
  getState: () => memory,
  setState: (next: unknown) => (memory = next),
});

const channel = new Channel<Record<string, [unknown, unknown]>>({
  post: message => window.dispatchEvent(new MessageEvent('message', { data: structuredClone(message) })),
  onMessage: listener => void listeners.push(listener),
  onClose: () => undefined,
});
const keep =
  (method: string) =>
  (params: unknown): Promise<null> => {
    window.asked.push({ method, params });
    return Promise.resolve(null);
  };
const answers: Handlers<PageRequests> = {
  ...localAnswers,
  ...overallAnswers,
  ...partsAnswers,
  slice: ({ where }) => Promise.resolve({ ...namedSlice, name: where, where }),
  saveSlice: async params => {
    await keep('saveSlice')(params);
    return true;
  },
  rows: () => Promise.resolve({ columns: [], rows: [], total: 0 }),
  rowsWhere: () => Promise.resolve(someRows),
  ready: () => Promise.resolve(window.setting.state),
  validate: keep('validate'),
  explain: keep('explain'),
  interactions: keep('interactions'),
  importance: keep('importance'),
  compare: keep('compare'),
  describe: keep('describe'),
  ab: keep('ab'),
  outcomes: () => Promise.resolve({ path: 'data/paid.csv', columns: ['request', 'paid', 'amount'] }),
  retrain: keep('retrain'),
  fixedFolds: keep('fixedFolds'),
  rank: keep('rank'),
  open: keep('open'),
  say: keep('say'),
  decide: keep('decide'),
  cancel: keep('cancel'),
  command: keep('command'),
  copy: keep('copy'),
  save: keep('save'),
  saveTable: keep('saveTable'),
};
const real = Object.fromEntries(
  Object.entries(window.setting.answers).map(([method, answer]) => [method, () => Promise.resolve(answer)]),
);
channel.serve<PageRequests>({ ...answers, ...real });
channel.listen();
