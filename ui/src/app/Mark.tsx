/** Two at one desk. */
export function Mark({ className = "size-6" }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={className} fill="none" stroke="currentColor" strokeLinecap="round">
      <circle cx="7.8" cy="7.2" r="3.1" fill="currentColor" stroke="none" />
      <circle cx="16.2" cy="7.2" r="2.3" strokeWidth="1.6" />
      <path d="M2.8 14.6h18.4M5.8 14.6v5.6M18.2 14.6v5.6" strokeWidth="1.9" />
    </svg>
  );
}
