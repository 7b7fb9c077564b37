export default function ModelsLoading() {
  return (
    <div role="status" aria-busy="true" aria-label="Loading models" className="mx-auto max-w-[80rem]">
      <div className="skeleton mb-5 h-24 rounded-(--radius-card)" />
      <div className="grid gap-5 lg:grid-cols-2">
        <div className="skeleton h-72 rounded-(--radius-card)" />
        <div className="skeleton h-72 rounded-(--radius-card)" />
      </div>
    </div>
  );
}
