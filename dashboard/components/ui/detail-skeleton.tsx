/** A large picture and what belongs to it: the shape of a violation's page and of a camera's. */
export function DetailSkeleton() {
  return (
    <div role="status" aria-busy="true" aria-label="Loading" className="mx-auto max-w-[96rem]">
      <div className="skeleton mb-4 h-4 w-24" />
      <div className="skeleton mb-6 h-7 w-72 max-w-full" />
      <div className="grid gap-5 lg:grid-cols-[minmax(0,1.65fr)_minmax(20rem,1fr)]">
        <div className="skeleton aspect-video rounded-(--radius-card)" />
        <div className="flex flex-col gap-5">
          <div className="skeleton h-44 rounded-(--radius-card)" />
          <div className="skeleton h-72 rounded-(--radius-card)" />
        </div>
      </div>
    </div>
  );
}
