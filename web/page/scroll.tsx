import type { ComponentChildren } from "preact";

/** What may be wider or higher than there is room for. The keyboard scrolls it as well. */
export function Scroll({ label, text, children }: { label: string; text?: boolean; children: ComponentChildren }) {
  const attributes = { role: "region", "aria-label": label, tabIndex: 0 } as const;
  return text ? (
    <pre {...attributes}>{children}</pre>
  ) : (
    <div class="scroll" {...attributes}>
      {children}
    </div>
  );
}
