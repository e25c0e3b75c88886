/** The place of what is on its way. */
export const Loading = () => <div className="pl-loading" />;
