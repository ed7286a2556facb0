// The types of this folder against those made from the Rust types: what the program gives must be what the window
// expects, and what the window sends what the program takes. Nothing runs; the compiler checks it.

import type * as made from "./bindings.gen";
import type * as t from "./types";

type Assignable<From, To> = From extends To ? true : { from: From; to: To };
function holds<_Claim extends true>() {}

// What the program gives.
holds<Assignable<made.AppInfo, t.AppInfo>>();
holds<Assignable<made.BackupSummary, t.BackupSummary>>();
holds<Assignable<made.Citation, t.Citation>>();
holds<Assignable<made.Changed, t.Changed>>();
holds<Assignable<made.ConversationPage, t.ConversationPage>>();
holds<Assignable<made.Estimate, t.Estimate>>();
holds<Assignable<made.Explanation, t.Explanation>>();
holds<Assignable<made.JobEvent, t.JobEvent>>();
holds<Assignable<made.JobView, t.JobView>>();
holds<Assignable<made.LibraryStatus, t.LibraryStatus>>();
holds<Assignable<made.MachineReport, t.MachineReport>>();
holds<Assignable<Omit<made.MessageView, "sql">, Omit<t.MessageView, "sql">>>();
holds<Assignable<made.ModelView, t.ModelView>>();
holds<Assignable<made.NetworkReport, t.NetworkReport>>();
holds<Assignable<made.RestoreReport, t.RestoreReport>>();
holds<Assignable<made.SearchHit, t.SearchHit>>();
holds<Assignable<made.SkillResult, t.SkillResult>>();
holds<Assignable<made.SkillSpec, t.SkillSpec>>();
holds<Assignable<made.SourceContent, t.SourceContent>>();
holds<Assignable<made.SourcePage, t.SourcePage>>();
holds<Assignable<made.WireError, t.WireError>>();
holds<Assignable<made.ColumnProposal, t.ColumnProposal>>();
holds<Assignable<made.FillProposal, t.FillProposal>>();
holds<Assignable<made.ChartProposal, t.ChartProposal>>();
holds<Assignable<made.ResultProposal, t.ResultProposal>>();
holds<Assignable<made.WorkbookChange, t.WorkbookChange>>();
holds<Assignable<made.PromptEntry, t.PromptEntry>>();
holds<Assignable<made.ImportReport, t.ImportReport>>();
holds<Assignable<made.Exported, t.Exported>>();

// What the window sends.
holds<Assignable<t.AskParams, made.AskParams>>();
holds<Assignable<t.Settings, made.Settings>>();
holds<Assignable<t.ColumnParams, made.ColumnParams>>();
holds<Assignable<t.FillParams, made.FillParams>>();
holds<Assignable<t.ChartParams, made.ChartParams>>();
holds<Assignable<t.ResultParams, made.ResultParams>>();
holds<Assignable<t.PromptFile, made.PromptFile>>();
holds<Assignable<t.SkillParams, made.SkillParams>>();
holds<Assignable<t.SourceQuery, made.SourceQuery>>();
