import type { KubernetesSettings } from './settings.ts';

/** What pods may cost, in words: `2 to 4 pods, each asking for 500m of a processor and 1Gi of memory.` */
export function podCost(
  { min, max = min }: { readonly min: number; readonly max?: number | undefined },
  { cpu, memory }: KubernetesSettings['resources'],
  more = '',
): string {
  const count = max > min ? `${min} to ${max}` : `${min}`;
  const pods = min === 1 && max === 1 ? 'pod' : 'pods';
  return `${count} ${pods}${more}, each asking for ${cpu} of a processor and ${memory} of memory.`;
}
