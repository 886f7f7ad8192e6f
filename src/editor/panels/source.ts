import type { EngineProgress } from '../../protocol/engine.ts';
import type {
  AbPageChoice,
  OutcomesFile,
  PageCommand,
  PageDraft,
  PageRequests,
  PageState,
  PageWork,
  Stored,
  PageTab,
  Work,
} from '../../protocol/pages.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import type { CommandId } from '../contributions/commands.ts';
import type { ExplainChoice, ImportanceChoice, InteractionsChoice } from '../tasks.ts';
import type { Subject } from './subject.ts';

/** What a page shows and does: one for each kind of subject. */
export interface PageSource {
  readonly subject: Subject;
  state(): Promise<PageState>;
  /** Starts the work; its progress and failure are part of the state. */
  validate?(): Promise<void>;
  explain?(choice: ExplainChoice): Promise<void>;
  interactions?(choice: InteractionsChoice): Promise<void>;
  importance?(choice: ImportanceChoice): Promise<void>;
  compare?(): Promise<void>;
  describe?(): Promise<void>;
  ab?(choice: AbPageChoice): Promise<void>;
  /** @param path null: asks where */
  outcomes?(path: string | null): Promise<OutcomesFile | null>;
  retrain?(plan: PageRequests['retrain'][0]): Promise<void>;
  fixedFolds?(choice: PageRequests['fixedFolds'][0]): Promise<void>;
  rank?(choice: PageRequests['rank'][0]): Promise<void>;
  cancel(kind: PageWork): void;
  /** Of a review: what the reviewer opened, said and decided. */
  open?(id: string): Promise<void>;
  say?(text: string, to: number | null): Promise<void>;
  decide?(draft: PageDraft): Promise<void>;
  /** The model whose data rows the page shows. */
  model?(): Promise<ResolvedModel>;
  /** What the model is compared with. */
  other?(): Promise<ResolvedModel>;
  /** What a button's command is run with. */
  argument(command: PageCommand, argument: string | null): PageAction;
  show?(tab: PageTab, version?: string): void;
  /** Milliseconds after which the state is sent again while the page is seen. */
  readonly every?: number;
}

export interface PageAction {
  readonly command: CommandId;
  readonly argument: unknown;
}

/** The state of one kind of work from what runs, what failed and what is stored. */
export function workState<T>(
  running: EngineProgress | null,
  failure: string | null,
  stored: Stored<T> | null,
  why: string,
): Work<T> {
  if (running !== null) return { state: 'running', progress: running, previous: stored };
  if (failure !== null) return { state: 'failed', sentence: failure, previous: stored };
  return stored === null ? { state: 'empty', why } : { state: 'done', stored };
}
