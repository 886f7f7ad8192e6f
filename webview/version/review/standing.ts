import type { ReviewStatus } from '../../../src/protocol/results/review.ts';
import type { Standing } from '../../components/verdict.tsx';

/** The icon of a standing: shape and colour of the verdict that it comes closest to. */
export const standingIcons: Readonly<Record<ReviewStatus, Standing>> = {
  none: 'not-run',
  pending: 'inconclusive',
  approved: 'pass',
  conditional: 'warn',
  rejected: 'fail',
  expired: 'stale',
  changed: 'stale',
  tampered: 'fail',
};

export const decisionWords = {
  approve: 'Approved',
  'approve-with-conditions': 'Approved with conditions',
  reject: 'Rejected',
} as const;

export const factTitles = {
  signature: 'Signature valid',
  signer: 'Signer authorised',
  artefacts: 'Artefacts unchanged',
  policy: 'Policy unchanged',
  validity: 'Not expired',
} as const;
