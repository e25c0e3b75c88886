import type { Action, ActionProps } from ".";
import { DeleteDialog } from "./DeleteDialog";
import { GroupDialog } from "./GroupDialog";
import { RenameDialog } from "./RenameDialog";
import { TagsDialog } from "./TagsDialog";

const BY_ACTION = { rename: RenameDialog, tags: TagsDialog, group: GroupDialog, delete: DeleteDialog };

export default function Dialogs({ action, ...props }: ActionProps & { action: Action }) {
  const Dialog = BY_ACTION[action];
  return <Dialog {...props} />;
}
