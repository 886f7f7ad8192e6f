import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageRequests } from '../src/protocol/pages.ts';
import { useHost } from './host.ts';

type Method = keyof PageRequests;

export interface Asked<M extends Method> {
  /** null before the first answer. */
  readonly answer: PageRequests[M][1] | null;
  readonly asking: boolean;
  readonly ask: (params: PageRequests[M][0]) => void;
  readonly forget: () => void;
}

/** A question to the host: the newest one's answer counts, whatever comes back late. */
export function useAsked<M extends Method>(method: M): Asked<M> {
  const host = useHost();
  const [answer, setAnswer] = useState<PageRequests[M][1] | null>(null);
  const [asking, setAsking] = useState(false);
  const turn = useRef(0);
  useEffect(() => () => void (turn.current = -1), []);
  return {
    answer,
    asking,
    ask(params) {
      const own = ++turn.current;
      setAsking(true);
      void host.ask(method, params).then(found => {
        if (turn.current !== own) return;
        setAsking(false);
        if (found !== null) setAnswer(found);
      });
    },
    forget() {
      turn.current++;
      setAsking(false);
      setAnswer(null);
    },
  };
}
