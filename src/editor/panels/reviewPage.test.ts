import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeScene } from '../../review/testing.ts';
import { temporaryFolder } from '../../workspace/testing.ts';
import type { Host } from '../host.ts';
import { ReviewOfVersion } from './reviewPage.ts';

it('a reviewer opens what fails, asks, is answered, and signs; the page shows each step', async () => {
  const scene = await makeScene(join(temporaryFolder(), 'w'), temporaryFolder(), {
    spoil: validation => ({
      ...validation,
      checks: [
        {
          id: 'r2',
          title: 'R2',
          group: 'performance',
          needs: ['labels'],
          status: 'inconclusive',
          severity: 'fail',
          value: 0.5,
          unit: null,
          interval: null,
          threshold: null,
          finding: 'R2 cannot be decided.',
          advice: null,
          evidence: null,
          measured: false,
        },
      ],
    }),
  });
  const model = await scene.model();
  const validation = (await scene.reviews.evidence(model, null)).validation;
  const memory = new Map<string, unknown>();
  const none = (): Promise<null> => Promise.resolve(null);
  const parts = {
    trusted: true,
    changed: () => undefined,
    context: {
      workspaceState: {
        get: (key: string, initial: unknown) => memory.get(key) ?? initial,
        update: (key: string, value: unknown) => Promise.resolve(memory.set(key, value)),
      },
    },
    catalog: {
      review: () => scene.reviews.state(model),
      validation: () => Promise.resolve({ result: validation, storedAt: '', stale: null }),
      explanation: none,
      comparison: none,
    },
    services: () =>
      Promise.resolve({
        reviews: scene.reviews,
        live: none,
        signing: () => Promise.resolve({ keys: [scene.keys.bob], principal: 'bob@example.org' }),
      }),
  };
  const host = parts as unknown as Host;
  const page = new ReviewOfVersion(host);

  expect(await page.state(model)).toMatchObject({
    review: { standing: { status: 'none' } },
    live: null,
    toOpen: [{ id: 'r2', opened: false }],
    principal: 'bob@example.org',
  });
  const draft = {
    decision: 'approve',
    comment: null,
    conditions: [],
    scope: 'staging',
    expires: '90d',
    overrides: [],
    overridesUntil: '30d',
    principal: 'bob@example.org',
    key: scene.keys.bob,
  } as const;
  await expect(page.decide(model, draft)).rejects.toMatchObject({ code: 'unopened' });
  expect(await page.state(model)).toMatchObject({ failure: expect.stringContaining('`r2`') as string });

  await page.open(model, 'r2');
  await page.say(model, 'Why?', null);
  await page.say(model, 'Few rows.', 1);
  await page.decide(model, draft);
  expect(await page.state(model)).toMatchObject({
    failure: null,
    busy: false,
    toOpen: [{ id: 'r2', opened: true }],
    review: { standing: { status: 'approved' }, thread: [{ kind: 'challenge' }, { kind: 'answer', to: 1 }] },
  });
  expect(await new ReviewOfVersion({ ...parts, trusted: false } as unknown as Host).state(model)).toBeNull();
});
