import type { PageState } from '../../../src/protocol/pages.ts';

/** A page in one state, as it is looked at. */
export interface Sample {
  readonly name: string;
  readonly memory?: Readonly<Record<string, unknown>>;
  /** Buttons pressed, by their words, and fields changed before the picture is taken. */
  readonly press?: readonly string[];
  /** Rows of tables that are opened, by what they say. */
  readonly choose?: readonly string[];
  readonly state: PageState;
}
