export function LiveWallSkeleton() {
  return (
    <div
      role="status"
      aria-busy="true"
      aria-label="Loading cameras"
      className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]"
    >
      <div>
        <div className="skeleton mb-4 h-6 w-44" />
        <div className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,24rem),1fr))] gap-4">
          {['a', 'b', 'c', 'd'].map(key => (
            <div key={key} className="card overflow-hidden">
              <div className="skeleton aspect-video rounded-none" />
              <div className="flex justify-between p-3.5">
                <div className="skeleton h-5 w-32" />
                <div className="skeleton h-5 w-16" />
              </div>
            </div>
          ))}
        </div>
      </div>
      <div className="hidden xl:block">
        <div className="skeleton h-40 rounded-(--radius-card)" />
      </div>
    </div>
  );
}
