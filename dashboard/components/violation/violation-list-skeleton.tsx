export function ViolationListSkeleton() {
  return (
    <div
      role="status"
      aria-busy="true"
      aria-label="Loading violations"
      className="card divide-y divide-line overflow-hidden"
    >
      {['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(key => (
        <div key={key} className="flex items-center gap-4 p-3 sm:px-4">
          <div className="skeleton h-[4.5rem] w-32 shrink-0" />
          <div className="flex-1">
            <div className="skeleton mb-2 h-5 w-48 max-w-full" />
            <div className="skeleton h-4 w-32 max-w-full" />
          </div>
          <div className="skeleton hidden h-6 w-24 md:block" />
        </div>
      ))}
    </div>
  );
}
