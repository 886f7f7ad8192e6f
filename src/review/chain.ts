import type { Repository } from '../workspace/versions/repository.ts';
import type { StoredRecord } from './records.ts';

/**
 * What is wrong with a model's records as a chain: one that another follows is missing, one holds no record,
 * or one that the protected revision has was changed or removed here.
 */
export async function chainProblems(
  records: readonly StoredRecord[],
  folder: string,
  repository: Repository | null,
  revision: string | null,
): Promise<readonly string[]> {
  const digests = new Set(records.map(({ digest }) => digest));
  const problems = records.flatMap(({ path, statement }) => {
    if (statement === null) return [`\`${path}\` holds no record of a review.`];
    const { previous } = statement.predicate;
    if (previous === null || digests.has(previous)) return [];
    return [`\`${path}\` follows record ${previous.slice(0, 12)}, which is missing or was changed.`];
  });
  return [...problems, ...(await removedSince(records, folder, repository, revision))];
}

async function removedSince(
  records: readonly StoredRecord[],
  folder: string,
  repository: Repository | null,
  revision: string | null,
): Promise<string[]> {
  const commit = revision === null ? null : ((await repository?.commit(revision)) ?? null);
  if (repository === null || commit === null) return [];
  const there = [...(await repository.filesAt(commit, folder))].filter(([path]) => path.endsWith('.json'));
  const texts = await repository.texts(there.map(([, oid]) => oid));
  return there.flatMap(([path], index) => {
    const here = records.find(record => record.path === path);
    if (here?.text === texts[index]) return [];
    return [`\`${path}\` is in \`${revision!}\` and was ${here === undefined ? 'removed' : 'changed'} here.`];
  });
}
