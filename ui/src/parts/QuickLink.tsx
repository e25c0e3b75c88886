import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";

interface QuickLinkProps {
  to: string;
  className: string;
  title: string;
  children: ReactNode;
}

/** A link within the pages that costs next to nothing to draw: lists have hundreds of them in sight. */
export function QuickLink({ to, className, title, children }: QuickLinkProps) {
  const router = useRouter();
  const go = (event: MouseEvent) => {
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (elsewhere || event.defaultPrevented) return;
    event.preventDefault();
    router.history.push(to);
  };
  return (
    <a href={to} className={className} title={title} onClick={go}>
      {children}
    </a>
  );
}
