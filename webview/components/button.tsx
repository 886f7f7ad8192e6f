import { provideVSCodeDesignSystem, vsCodeButton, vsCodeProgressRing } from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type VNode } from 'preact';

/** All that pages take from the UI toolkit. */
provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing());

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly onClick: () => void;
}

export function Button({ children, primary = false, disabled = false, title, onClick }: ButtonProps): VNode {
  return h(
    'vscode-button',
    { appearance: primary ? 'primary' : 'secondary', disabled, title, onClick } as object,
    children,
  );
}

/** An action inside text or at the foot of a table: looks like a link, is a button. */
export function LinkButton({
  children,
  title,
  pressed,
  onClick,
}: {
  readonly children: ComponentChildren;
  readonly title?: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}): VNode {
  return (
    <button
      type="button"
      class="link"
      {...(title === undefined ? {} : { title })}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

export function Ring(): VNode {
  return h('vscode-progress-ring', { class: 'ring', 'aria-hidden': 'true' } as object);
}
