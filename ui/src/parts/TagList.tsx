import { tagText } from "../api/tags";
import type { Tag } from "../api/types";
import { visible } from "./visible";

/** The first tags in one line, and how many more there are. */
export function TagList({ tags, most = 3 }: { tags: readonly Tag[]; most?: number }) {
  const rest = tags.length - most;
  return (
    <span className="pl-tags">
      {tags.slice(0, most).map(tag => (
        <TagMark key={tagText(tag)} tag={tag} />
      ))}
      {rest > 0 && (
        <span
          className="pl-tags__more"
          title={tags
            .slice(most)
            .map(tag => visible(tagText(tag)))
            .join("\n")}
        >
          +{rest}
        </span>
      )}
    </span>
  );
}

export function TagMark({ tag }: { tag: Tag }) {
  const text = visible(tagText(tag));
  return (
    <span className="pl-tag" title={text}>
      {tag.namespace && <span className="pl-tag__space">{visible(tag.namespace)}/</span>}
      {visible(tag.key ?? "")}
      {tag.value && <span className="pl-tag__value">={visible(tag.value)}</span>}
    </span>
  );
}
