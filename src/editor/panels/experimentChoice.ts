import { effectSize } from '../../core/ab/effectSize.ts';
import { splitShare, splitText } from '../../core/ab/splitShare.ts';
import { BadInput } from '../../core/failure.ts';
import type { AbChoice } from '../../jobs/buildAb.ts';
import type { AbPageChoice } from '../../protocol/pages.ts';
import type { Ab } from '../../protocol/results/ab.ts';

/** What the page asks, as a job takes it. @throws BadInput for what is no effect, split or number */
export function jobChoice(data: string, choice: AbPageChoice): AbChoice {
  const { arm, outcome, positive, unit, control, time, better, covariate } = choice;
  return {
    ...{ data, arm, outcome, positive, unit, control, time, better, covariate },
    later:
      choice.later === null
        ? null
        : { data: choice.later.path, key: choice.later.key, logKey: choice.later.logKey },
    missing: read(
      choice.missing,
      numberOf,
      'missing',
      'is no number. Write what no outcome counts as, such as 0.',
    ),
    minEffect: read(choice.minEffect, effectSize, 'min-effect', 'is no effect. Write 0.01, or 5%.'),
    share: read(choice.share, splitShare, 'split', 'is no split. Write control and treatment, as in 90:10.'),
  };
}

/** What a kept result was asked with. Its smallest effect is in the unit of the outcome, however it was written. */
export function choiceOf({ settings, control, data }: Ab): AbPageChoice {
  const { arm, outcome, positive, unit, time, covariate, missing, better, minEffect, share, joined } =
    settings;
  const later = data[1];
  return {
    ...{ arm, outcome, positive, time, covariate, better },
    // The key of the log stands for the unit where none was named.
    unit: unit === joined?.logKey ? null : unit,
    control: control.name,
    later: joined === null || later === undefined ? null : { path: later.path, ...joined },
    missing: missing === null ? null : String(missing),
    minEffect: minEffect === null ? null : String(minEffect),
    share: share === null ? null : splitText(share),
  };
}

function read<T>(
  text: string | null,
  parse: (text: string) => T | null,
  code: string,
  why: string,
): T | null {
  if (text === null) return null;
  const value = parse(text);
  if (value === null) throw new BadInput(code, `\`${text}\` ${why}`);
  return value;
}

function numberOf(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}
