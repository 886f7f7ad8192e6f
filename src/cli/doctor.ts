import { Command } from 'commander';
import { BadInput } from '../core/failure.ts';
import type { Deployer } from '../deploy/deployer.ts';
import type { Finding } from '../deploy/types.ts';
import type { DoctorDocument } from '../protocol/results/doctor.ts';
import type { Run } from './outcome.ts';
import { table } from './print.ts';

type Looked = DoctorDocument['targets'][number];

export function doctorCommand(run: Run): Command {
  return new Command('doctor')
    .description(
      'Look whether targets can be deployed to: reachable, who one is there, what one may, room. Changes nothing; exit code 1 when a deployment would be refused.',
    )
    .argument('[target]', 'only this target')
    .action(async (only: string | undefined) =>
      run(async ({ deployer, signal }) => {
        const names = only === undefined ? deployer.targets().map(({ name }) => name) : [only];
        const targets = await Promise.all(
          names.map(name => looked(deployer, name, names.length === 1, signal)),
        );
        const findings = targets.flatMap(target => target.findings);
        const rows = targets.flatMap(({ target, findings: own }) =>
          own.map(({ ok, what, mend }) => [target, ok ? 'ok' : 'FAIL', `${what} ${mend ?? ''}`.trim()]),
        );
        return {
          document: { schema: 'slipway/doctor@1', targets } satisfies DoctorDocument,
          text: rows.length === 0 ? 'slipway.yaml has no targets.' : table(['target', '', 'found'], rows),
          passed: findings.every(({ ok }) => ok),
        };
      }),
    );
}

/** @param alone an error is what is said of the only one; of several, it is found of one */
async function looked(
  deployer: Deployer,
  target: string,
  alone: boolean,
  signal: AbortSignal,
): Promise<Looked> {
  const found = await deployer.doctor(target, signal).catch((error: unknown): readonly Finding[] => {
    if (alone || !(error instanceof BadInput)) throw error;
    return [{ ok: false, what: error.message, mend: null }];
  });
  return { target, findings: found.map(({ ok, what, mend }) => ({ ok, what, mend })) };
}
