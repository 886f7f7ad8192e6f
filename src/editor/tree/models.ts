import { whole } from '../../core/words.ts';
import { EventEmitter, ThemeIcon, TreeItem, type Disposable, type TreeDataProvider } from 'vscode';
import type { ModelEntry } from '../../workspace/types.ts';
import type { ListedVersion } from '../catalog.ts';
import type { CommandId } from '../contributions/commands.ts';
import type { Host } from '../host.ts';
import { modelItem, versionItem } from './items.ts';
import { treeItem } from './treeItem.ts';

export type ModelNode =
  | { readonly kind: 'model'; readonly entry: ModelEntry }
  | ({ readonly kind: 'version' } & ListedVersion)
  | { readonly kind: 'more'; readonly model: string; readonly shown: number };

/** Versions shown at first, and with each "Show more". */
const page = 100;

/** Models -> versions, newest first. */
export class ModelsTree implements TreeDataProvider<ModelNode>, Disposable {
  readonly #host: Host;
  readonly #changes = new EventEmitter<ModelNode | undefined>();
  readonly #limits = new Map<string, number>();
  readonly #nodes = new Map<string, ModelNode>();
  readonly onDidChangeTreeData = this.#changes.event;

  constructor(host: Host) {
    this.#host = host;
    host.context.subscriptions.push(
      host.onDidChange(change => {
        if (change !== 'work') this.#changes.fire(undefined);
      }),
    );
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    if (this.#host.root === null) return [];
    if (node === undefined) {
      const models = await this.#host.catalog.models();
      const nodes = models.map(entry => ({ kind: 'model', entry }) as const);
      this.#nodes.clear();
      for (const model of nodes) this.#nodes.set(model.entry.name, model);
      return nodes;
    }
    if (node.kind !== 'model') return [];
    const limit = this.#limits.get(node.entry.name) ?? page;
    const { versions, more } = await this.#host.catalog.versions(node.entry, limit);
    return [
      ...versions.map(version => ({ kind: 'version', ...version }) as const),
      ...(more ? [{ kind: 'more', model: node.entry.name, shown: versions.length } as const] : []),
    ];
  }

  async getTreeItem(node: ModelNode): Promise<TreeItem> {
    switch (node.kind) {
      case 'model': {
        const few = (await this.#host.catalog.models()).length <= 3;
        return treeItem(modelItem(node.entry), few ? 'expanded' : 'collapsed');
      }
      case 'version': {
        const item = treeItem(versionItem(node, new Date()), null);
        item.command = command('slipway.openVersion', 'Open', node);
        return item;
      }
      case 'more': {
        const item = new TreeItem('Show more versions');
        item.id = `more ${node.model}`;
        item.description = `${whole(node.shown)} shown`;
        item.iconPath = new ThemeIcon('ellipsis');
        item.command = command('slipway.showMore', 'Show more', node);
        return item;
      }
    }
  }

  showMore(model: string): void {
    this.#limits.set(model, (this.#limits.get(model) ?? page) + page);
    this.#changes.fire(this.#nodes.get(model));
  }

  dispose(): void {
    this.#changes.dispose();
  }
}

function command(id: CommandId, title: string, node: ModelNode): NonNullable<TreeItem['command']> {
  return { command: id, title, arguments: [node] };
}
