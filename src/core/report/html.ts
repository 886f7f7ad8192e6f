import type { ReviewFact } from '../../protocol/results/review.ts';
import type { CheckResult } from '../../protocol/results/validation.ts';
import { asGiven, datum, number, percent, pValueWords, pWords, withInterval } from '../words.ts';
import { bar, calibration, curves, histogram } from './figures.ts';
import { checksInOrder, limitWords, statusWords, titleOf, type ReportInput } from './input.ts';
import { html, Markup } from './markup.ts';
import { reportStyle } from './style.ts';

type Cell = Markup | string | number | null;

/** Lines a table shows; the rest is counted. */
const mostLines = 200;

/**
 * The whole report as one HTML text: no script, nothing fetched, print style for PDF. Rows of the data are in
 * it only when the input says so.
 * @param styleHash SHA-256 of `reportStyle`, base64, by which the page's own policy lets the style in
 */
export function htmlReport(input: ReportInput, styleHash: string): string {
  const { validation, explanation, comparison, review } = input;
  const { model } = validation;
  const title = titleOf(input);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${new Markup(`<style>${reportStyle}</style>`)}
      </head>
      <body>
        <h1>${title}</h1>
        <p class="sentence ${validation.verdict.status}">${validation.verdict.sentence}</p>
        ${review === null ? null : html`<p class="sentence">Review: ${review.standing.sentence}</p>`}
        ${table(
          'Identity',
          ['', ''],
          [
            ...(model === null
              ? []
              : [
                  ['Model', `${model.path}, ${number(model.size)} bytes`],
                  ['SHA-256', html`<code>${model.digest}</code>`],
                ]),
            ['Task', taskWords(input)],
            ...validation.data.map(({ role, path, rows, digest }): Cell[] => [
              `${role} data`,
              html`${path}, ${number(rows)} rows, <code>${digest.slice(0, 16)}</code>`,
            ]),
            ['Engine', `${validation.engine}; seed ${validation.seed}`],
          ],
        )}
        ${metrics(input)} ${checks(input)} ${charts(input)} ${slices(input)}
        ${explanation === null ? null : reasons(input)} ${comparison === null ? null : versions(input)}
        ${review === null ? null : decisions(input)}
        <section>
          <h2>Configuration</h2>
          <p>What the verdict was made with, every default written out.</p>
          <pre>${JSON.stringify({ settings: validation.settings, policy: input.policy }, null, 2)}</pre>
        </section>
      </body>
    </html>`;
  return `${page.text}
`;
}

function taskWords({ validation: { task, label, positive, threshold, n } }: ReportInput): string {
  const parts = [
    task,
    label === null ? 'no label' : `label ${label}`,
    positive === null ? null : `positive class ${positive}`,
    threshold === null ? null : `threshold ${threshold}`,
    `n = ${number(n)}`,
  ];
  return parts.filter(part => part !== null).join(', ');
}

function metrics({ validation }: ReportInput): Markup | null {
  if (validation.metrics.length === 0) return null;
  return table(
    'Metrics',
    ['Metric', 'Value (interval)', 'n', 'Definition'],
    validation.metrics.map(({ title, class: of, value, interval, n, unit, definition }) => [
      of === null ? title : `${title}, class ${of}`,
      value === null ? 'not defined' : withInterval(value, interval, unit),
      number(n),
      definition,
    ]),
  );
}

/** Slices that both halves of the rows hold to be worse. */
function slices({ validation: { errors } }: ReportInput): Markup | null {
  const confirmed = errors?.slices.filter(slice => slice.confirmed) ?? [];
  if (errors == null || confirmed.length === 0) return null;
  const what = errors.measure === 'accuracy' ? 'Accuracy' : 'Mean absolute error';
  return table(
    'Slices that are worse than the other rows',
    ['Slice', `${what} (interval)`, 'n', 'Ratio to all', 'Adjusted p'],
    confirmed.map(({ name, confirmation, ratio, adjusted }) => [
      name,
      withInterval(confirmation.value, confirmation.interval),
      number(confirmation.n),
      ratio === null ? 'not defined' : number(ratio),
      pValueWords(adjusted),
    ]),
  );
}

function checks(input: ReportInput): Markup {
  const { validation } = input;
  const open = checksInOrder(validation);
  const details = open.filter(
    ({ status }) => status === 'fail' || status === 'inconclusive' || status === 'warn',
  );
  return html`${table(
    'Checks',
    ['', 'Check', 'Value (interval)', 'Limit', 'Finding'],
    open.map(check => [
      html`<b class="${check.status}">${statusWords[check.status]}</b>`,
      html`${check.title}<br /><code>${check.id}</code>`,
      valueOf(check),
      limitWords(check),
      check.finding,
    ]),
  )}
  ${
    details.length === 0
      ? null
      : html`<section>
          <h2>What does not pass</h2>
          ${details.map(
            check =>
              html`<h3 class="${check.status}">${statusWords[check.status]}: ${check.title}</h3>
                <p>${check.finding} ${check.advice}</p>
                ${evidenceOf(check, input.rows)}`,
          )}
        </section>`
  }`;
}

function valueOf({ value, interval, unit }: CheckResult): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : withInterval(value, interval, unit);
}

/** Lines that are rows of the data have row numbers. */
function evidenceOf({ evidence }: CheckResult, rows: boolean): Markup | null {
  if (evidence === null) return null;
  if (evidence.rowIds !== undefined && !rows) {
    const count = evidence.rows.length + evidence.more;
    return html`<p class="muted">${number(count)} rows, which are not part of this report.</p>`;
  }
  return table(
    null,
    evidence.columns,
    evidence.rows.map(row =>
      row.map(value => (typeof value === 'number' ? datum(value) : String(value ?? ''))),
    ),
    evidence.more,
  );
}

function charts({ validation: { charts: drawn, task, positive } }: ReportInput): Markup | null {
  const { roc, precisionRecall, calibration: bins, scores, residuals, confusion } = drawn;
  const figures = [
    roc && curves('ROC', 'false positive rate', 'true positive rate', roc, true),
    precisionRecall && curves('Precision and recall', 'recall', 'precision', precisionRecall, false),
    bins && calibration(bins),
    scores &&
      histogram(
        task === 'regression' ? 'Predictions' : 'Scores by true class',
        task === 'regression' ? 'predicted' : `P(${positive ?? 'class'})`,
        scores.edges,
        scores.counts.map(({ class: name, n }) => ({ name, counts: n })),
      ),
    residuals &&
      histogram('Residuals', 'true − predicted', residuals.edges, [
        { name: 'rows', counts: residuals.counts },
      ]),
  ].filter(figure => figure !== null);
  if (figures.length === 0 && confusion === null) return null;
  return html`<section>
    <h2>Charts</h2>
    <div class="figures">${figures}</div>
    ${
      scores === null || scores.counts.length < 2
        ? null
        : html`<p class="muted">
            Lines in order: ${scores.counts.map(({ class: name }) => name).join(', ')}.
          </p>`
    }
    ${
      confusion === null
        ? null
        : table(
            'Confusion matrix (true class by row, predicted by column)',
            ['', ...confusion.labels],
            confusion.counts.map((row, at) => [confusion.labels[at] ?? '', ...row.map(number)]),
          )
    }
  </section>`;
}

function reasons({ explanation }: ReportInput): Markup {
  const { sentence, method, output, global, proof, warnings, background } = explanation!;
  const most = Math.max(...global.map(({ value }) => Math.abs(value)), 0);
  return html`${table(
      'Explanation',
      ['Feature', 'Mean |attribution|', '', 'Share'],
      global.map(({ feature, value, interval, share }) => [
        feature,
        withInterval(value, interval),
        bar(most === 0 ? 0 : Math.abs(value) / most),
        percent(share),
      ]),
    )}
    <p>${sentence}</p>
    <p class="muted">
      Output ${output.title}, method ${method}, against ${background.description} (${number(background.rows)}
      rows); base value ${number(proof.baseValue)}, largest additivity error
      ${proof.maxAdditivityError === null ? '-' : number(proof.maxAdditivityError)}, ${number(proof.n)} rows,
      seed ${proof.seed}.
    </p>
    ${warnings.map(({ sentence: warning }) => html`<p>${warning}</p>`)}`;
}

function versions({ comparison }: ReportInput): Markup {
  const { a, b, sentence, metrics: deltas, flips, slices, structure } = comparison!;
  const value = (one: number | null): string => (one === null ? '-' : number(one));
  return html`<section>
      <h2>Comparison of ${a.version ?? a.digest.slice(0, 8)} with ${b.version ?? b.digest.slice(0, 8)}</h2>
      <p class="sentence">${sentence}</p>
    </section>
    ${table(
      null,
      ['', 'Metric', a.version ?? 'A', b.version ?? 'B', 'Difference (interval)', 'Margin'],
      deltas.map(({ title, a: before, b: after, delta, interval, margin, status }) => [
        html`<b class="${status}">${statusWords[status]}</b>`,
        title,
        value(before),
        value(after),
        delta === null ? '-' : withInterval(delta, interval),
        margin === null ? '' : asGiven(margin),
      ]),
    )}
    ${
      flips === null
        ? null
        : html`<p>
            Right before and wrong now: ${number(flips.onlyA)}; wrong before and right now:
            ${number(flips.onlyB)}; ${flips.test}${flips.pValue === null ? '' : `, ${pWords(flips.pValue)}`}.
          </p>`
    }
    ${
      slices.length === 0
        ? null
        : table(
            'Slices',
            ['', 'Slice', 'n', 'Metric', 'Difference (interval)'],
            slices.map(({ slice, n, metric, delta, interval, status }) => [
              html`<b class="${status}">${statusWords[status]}</b>`,
              slice,
              number(n),
              metric,
              delta === null ? '-' : withInterval(delta, interval),
            ]),
          )
    }
    ${
      structure.length === 0
        ? null
        : table(
            'Structure',
            ['', 'What'],
            structure.map(({ sentence: what, breaking }) => [breaking ? 'breaking' : '', what]),
          )
    }`;
}

function decisions({ review }: ReportInput): Markup {
  const { standing, records, thread, problems } = review!;
  return html`<section>
    <h2>Review</h2>
    <p class="sentence">${standing.sentence}</p>
    ${problems.map(problem => html`<p class="fail">${problem}</p>`)}
    ${records.map(({ digest, statement: { predicate }, facts }) => {
      const { decision, reviewer, at, comment, conditions, scope, expires, overrides } = predicate;
      return html`<h3>${decision} by ${reviewer.principal}, ${at.slice(0, 10)}</h3>
        <p>${comment}</p>
        ${table(
          null,
          ['', ''],
          [
            ['Scope', scope === null ? 'any target' : scope.join(', ')],
            ['Expires', expires?.slice(0, 10) ?? 'never'],
            ...conditions.map((condition): Cell[] => ['Condition', condition]),
            ...overrides.map(({ rule, reason, expires: until }): Cell[] => [
              `Override of ${rule}`,
              `${reason} (until ${until.slice(0, 10)})`,
            ]),
            ...facts.map((fact): Cell[] => [
              factWords[fact.fact],
              html`${fact.holds ? '✓' : '✗'} ${fact.sentence}`,
            ]),
            ['Record', html`<code>${digest}</code>`],
          ],
        )}`;
    })}
    ${
      thread.length === 0
        ? null
        : html`<h3>Challenges and answers</h3>
            ${thread.map(
              ({ kind, by, at, text, to }) =>
                html`<p>
                  <b>${kind === 'challenge' ? 'Challenge' : `Answer to ${to ?? 0}`}</b>, ${by},
                  ${at.slice(0, 10)}: ${text}
                </p>`,
            )}`
    }
  </section>`;
}

export const factWords: Readonly<Record<ReviewFact['fact'], string>> = {
  signature: 'Signature valid',
  signer: 'Signer authorised',
  artefacts: 'Artefacts unchanged',
  policy: 'Policy unchanged',
  validity: 'Not expired',
};

function table(
  title: string | null,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  more = 0,
): Markup {
  const shown = rows.slice(0, mostLines);
  const left = more + rows.length - shown.length;
  return html`<section>
    ${title === null ? null : html`<h2>${title}</h2>`}
    <table>
      ${
        head.every(name => name === '')
          ? null
          : html`<thead>
              <tr>
                ${head.map(name => html`<th scope="col">${name}</th>`)}
              </tr>
            </thead>`
      }
      <tbody>
        ${shown.map(
          row =>
            html`<tr>
              ${row.map(value => html`<td>${value}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
    ${left === 0 ? null : html`<p class="muted">and ${number(left)} more</p>`}
  </section>`;
}
