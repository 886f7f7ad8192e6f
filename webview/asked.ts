import { useEffect, useRef, useState } from 'preact/hooks';
import type { EngineProgress } from '../src/protocol/engine.ts';
import type { PageRequests } from '../src/protocol/pages.ts';
import { useHost } from './host.ts';

type Method = keyof PageRequests;

export interface Asked<M extends Method> {
  /** null before the first answer. */
  readonly answer: PageRequests[M][1] | null;
  /** The key of the question that `answer` answers. */
  readonly key: string | null;
  readonly asking: boolean;
  /** null until the work says how far it is. */
  readonly progress: EngineProgress | null;
  /** @param key tells questions apart; the question as JSON unless told */
  readonly ask: (params: PageRequests[M][0], key?: string) => void;
  /** Stops the work; the answer before stays. */
  readonly cancel: () => void;
  readonly forget: () => void;
}

/** Stopping work restarts the engine: a question that gives way to the next is stopped when it takes longer (ms). */
const patience = 2000;

interface Pending {
  readonly controller: AbortController;
  readonly since: number;
}

/**
 * A question to the host: the newest one's answer counts, whatever comes back late.
 * @param givesWay a question that takes long is stopped when another is asked, or nobody waits any more
 */
export function useAsked<M extends Method>(method: M, givesWay = true): Asked<M> {
  const host = useHost();
  const [answer, setAnswer] = useState<PageRequests[M][1] | null>(null);
  const [key, setKey] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const [progress, setProgress] = useState<EngineProgress | null>(null);
  const turn = useRef(0);
  const pending = useRef<Pending | null>(null);
  const leave = (): void => {
    const last = pending.current;
    if (givesWay && last !== null && Date.now() - last.since > patience) last.controller.abort();
    pending.current = null;
  };
  const stop = (): void => {
    turn.current++;
    setAsking(false);
    setProgress(null);
  };
  useEffect(
    () => () => {
      turn.current = -1;
      leave();
    },
    [],
  );
  return {
    answer,
    key,
    asking,
    progress,
    ask(params, about = JSON.stringify(params)) {
      leave();
      const own = ++turn.current;
      const { signal } = (pending.current = { controller: new AbortController(), since: Date.now() })
        .controller;
      setAsking(true);
      setProgress(null);
      const onProgress = (now: EngineProgress): void => {
        if (turn.current === own) setProgress(now);
      };
      void host.ask(method, params, { onProgress, signal }).then(found => {
        if (turn.current !== own) return;
        pending.current = null;
        setAsking(false);
        if (found === null) return;
        setAnswer(found);
        setKey(about);
      });
    },
    cancel() {
      pending.current?.controller.abort();
      pending.current = null;
      stop();
    },
    forget() {
      leave();
      stop();
      setAnswer(null);
      setKey(null);
    },
  };
}
