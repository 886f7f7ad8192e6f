import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import type { Cell } from '../src/core/data/table.ts';
import type { EngineProgress } from '../src/protocol/engine.ts';
import type { PageCommand, PageRequests, PageState } from '../src/protocol/pages.ts';
import { Channel } from '../src/protocol/transport.ts';

/** The page's end of the line to the extension host, and its own small memory. */

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** What the host tells a page. */
interface PageNotes {
  state: [PageState, null];
}

export interface Asking {
  readonly onProgress?: (progress: EngineProgress) => void;
  /** Stops the work; the answer is null then. */
  readonly signal?: AbortSignal;
}

/** What a page may do beside showing. A refusal becomes a notice on the page, never a silent failure. */
export interface Host {
  ask<M extends keyof PageRequests>(
    method: M,
    params: PageRequests[M][0],
    asking?: Asking,
  ): Promise<PageRequests[M][1] | null>;
  /** Runs a command of ours with this page's subject. */
  run(command: PageCommand, argument?: string | number | null): void;
  copy(text: string): void;
  save(name: string, content: string | Uint8Array): void;
  /** As a Parquet file, whose name ends so. */
  saveTable(name: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): void;
  readonly memory: Memory;
}

interface Memory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** Connects and asks for the first snapshot. */
export function connect(onState: (state: PageState) => void, onNotice: (sentence: string) => void): Host {
  const api = acquireVsCodeApi();
  const channel = new Channel<PageRequests, PageNotes>({
    post: message => api.postMessage(message),
    onMessage: listener => window.addEventListener('message', event => listener(event.data)),
    onClose: listener => window.addEventListener('pagehide', listener),
  });
  channel.onNotification('state', onState);
  channel.listen();

  const ask: Host['ask'] = async (method, params, { onProgress, signal } = {}) => {
    const source = new CancellationTokenSource();
    signal?.addEventListener('abort', () => source.cancel());
    try {
      const answer = await channel.call(method, params as never, onProgress, source.token);
      return answer as PageRequests[typeof method][1];
    } catch (error) {
      if (signal?.aborted !== true) onNotice(error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  void ask('ready', {}).then(state => {
    if (state !== null) onState(state);
  });
  return {
    ask,
    run: (command, argument = null) => void ask('command', { command, argument }),
    copy: text => void ask('copy', { text }),
    save: (name, content) => void ask('save', { name: fileName(name), content }),
    saveTable: (name, columns, rows) => void ask('saveTable', { name: fileName(name), columns, rows }),
    memory: memoryOf(api),
  };
}

/** Column names may hold what file names may not. */
function fileName(name: string): string {
  return name.replaceAll(/[\\/:*?"<>|\s]+/g, '-');
}

function memoryOf(api: VsCodeApi): Memory {
  const read = (): Record<string, unknown> => {
    const state = api.getState();
    return typeof state === 'object' && state !== null ? { ...state } : {};
  };
  return {
    get: key => read()[key],
    set: (key, value) => api.setState({ ...read(), [key]: value }),
  };
}

export const HostContext = createContext<Host | null>(null);

export function useHost(): Host {
  const host = useContext(HostContext);
  if (host === null) throw new Error('No host above this component.');
  return host;
}

/** The kind of a literal: `useArrangement('tab', 'overview')` holds any string. */
type Kind<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T;

/** A piece of the page's arrangement (tab, filter, selection): survives hiding and reloading of the page. */
export function useArrangement<T extends string | number | boolean | null>(
  key: string,
  initial: T,
): readonly [Kind<T>, (value: Kind<T>) => void] {
  const { memory } = useHost();
  const [value, setValue] = useState<Kind<T>>(() => {
    const kept = memory.get(key);
    const fits = initial === null ? kept !== undefined : typeof kept === typeof initial;
    return (fits ? kept : initial) as Kind<T>;
  });
  const change = (next: Kind<T>): void => {
    memory.set(key, next);
    setValue(next);
  };
  return [value, change];
}

/** The chosen tab; it follows the host, once for each turn that a command takes there. */
export function useTab(
  initial: string,
  show: { readonly tab: string; readonly turn: number } | undefined,
): readonly [string, (tab: string) => void] {
  const [tab, setTab] = useArrangement('tab', initial);
  const [shown, setShown] = useArrangement('shown', 0);
  const turn = show?.turn ?? 0;
  useEffect(() => {
    if (show === undefined || turn <= shown) return;
    setShown(turn);
    setTab(show.tab);
  }, [turn]);
  return [tab, setTab];
}
