import {
  Disposable,
  EventEmitter,
  window,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
} from 'vscode';
import type { Release } from '../../protocol/results/release.ts';
import type { ListedTarget } from '../catalog.ts';
import type { CommandId } from '../contributions/commands.ts';
import type { Host } from '../host.ts';
import { releaseItem, targetItem } from './items.ts';
import { treeItem } from './treeItem.ts';

/** How often targets are asked while their tree is seen. */
const askAgainMs = 30_000;

export type TargetNode =
  | ({ readonly kind: 'target' } & ListedTarget)
  | { readonly kind: 'release'; readonly release: Release; readonly live: boolean };

/** Targets -> releases, newest first. */
export class TargetsTree implements TreeDataProvider<TargetNode>, Disposable {
  readonly #host: Host;
  readonly #changes = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changes.event;

  constructor(host: Host) {
    this.#host = host;
    host.context.subscriptions.push(
      host.onDidChange(change => {
        if (change === 'models' || change === 'targets') this.#changes.fire(undefined);
      }),
    );
  }

  /** Asks the targets again from time to time while the tree is seen. */
  shown(view: TreeView<TargetNode>): Disposable {
    const timer = setInterval(() => {
      if (view.visible && window.state.focused && this.#host.trusted) this.#host.changed('targets');
    }, askAgainMs);
    return Disposable.from(view, new Disposable(() => clearInterval(timer)));
  }

  async getChildren(node?: TargetNode): Promise<TargetNode[]> {
    if (this.#host.root === null) return [];
    if (node === undefined) {
      const targets = await this.#host.catalog.targets();
      return targets.map(target => ({ kind: 'target', ...target }));
    }
    if (node.kind !== 'target') return [];
    const current = node.status?.current?.release ?? null;
    return node.releases.map(release => ({
      kind: 'release',
      release,
      live: release.release === current && release.state === 'live',
    }));
  }

  getTreeItem(node: TargetNode): TreeItem {
    const now = new Date();
    if (node.kind === 'target') {
      const item = treeItem(targetItem(node, now), node.releases.length === 0 ? null : 'expanded');
      item.command = open(node);
      return item;
    }
    const item = treeItem(releaseItem(node.release, node.live, now), null);
    item.command = open(node);
    return item;
  }

  dispose(): void {
    this.#changes.dispose();
  }
}

function open(node: TargetNode): NonNullable<TreeItem['command']> {
  return { command: 'slipway.openTarget' satisfies CommandId, title: 'Open', arguments: [node] };
}
