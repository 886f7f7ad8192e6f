import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Item } from './items.ts';

/** @param children null for a leaf */
export function treeItem(item: Item, children: 'collapsed' | 'expanded' | null): TreeItem {
  const made = new TreeItem(
    item.label,
    children === null
      ? TreeItemCollapsibleState.None
      : children === 'expanded'
        ? TreeItemCollapsibleState.Expanded
        : TreeItemCollapsibleState.Collapsed,
  );
  made.id = item.id;
  made.description = item.description;
  made.iconPath = new ThemeIcon(
    item.icon.id,
    item.icon.color === null ? undefined : new ThemeColor(item.icon.color),
  );
  made.tooltip = new MarkdownString(item.tooltip);
  made.contextValue = item.contextValue;
  made.accessibilityInformation = { label: item.spoken };
  return made;
}
