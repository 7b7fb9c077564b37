/** An eye reduced to its line of sight. */
export function BrandMark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" fill="none">
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <path
        d="M5.5 16C9 10.6 12.3 8 16 8s7 2.600 10.500 8c-3.500 5.400-6.800 8-10.500 8S9 21.400 5.500 16Z"
        className="stroke-accent-ink"
        strokeWidth="2.200"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="16" r="3.200" className="fill-accent-ink" />
      <path d="M16 16h11" className="stroke-accent-ink" strokeWidth="2.200" strokeLinecap="round" />
    </svg>
  );
}
