import type { VNode } from 'preact';

/** A distribution as bars in a cell, the reference as an outline over them. */
export function Spark({
  shares,
  reference,
}: {
  readonly shares: readonly number[];
  readonly reference: readonly number[] | null;
}): VNode {
  const most = Math.max(1e-12, ...shares, ...(reference ?? []));
  const width = 120 / Math.max(1, shares.length);
  const y = (share: number): number => 19 - (share / most) * 18;
  const outline =
    reference === null
      ? ''
      : reference
          .map(
            (share, i) =>
              `${i === 0 ? 'M' : 'L'}${(i * width).toFixed(1)} ${y(share).toFixed(1)}h${width.toFixed(1)}`,
          )
          .join('');
  return (
    <svg class="spark" viewBox="0 0 120 20" preserveAspectRatio="none" aria-hidden="true">
      {shares.map((share, i) => (
        <rect
          key={i}
          class="here"
          x={i * width + 0.3}
          width={Math.max(0.5, width - 0.6)}
          y={y(share)}
          height={19 - y(share)}
        />
      ))}
      {reference !== null && <path class="reference" d={outline} />}
    </svg>
  );
}
