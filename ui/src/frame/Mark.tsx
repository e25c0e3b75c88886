/** The sign: a line with its bob. */
export function Mark() {
  return (
    <svg className="pl-mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" className="pl-mark__ground" />
      <path d="M16 4v11" stroke="#fff" strokeWidth="2" strokeLinecap="round" />
      <path d="M11 15h10l-1.2 5.2L16 28l-3.8-7.8z" fill="#fff" />
    </svg>
  );
}
