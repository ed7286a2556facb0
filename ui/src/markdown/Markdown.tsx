// Draws Markdown from tokens. Nothing in it can act: raw HTML is text, images are named and not loaded, links open only
// after the dialog that shows their address.

import type { Token, Tokens } from "marked";
import { Fragment, memo, useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { askToOpen } from "../app/link-dialog-state";
import { outsideAddress } from "./links";
import { blocks, heal, lastSentence, type CiteToken } from "./parse";

export interface MarkdownProps {
  text: string;
  /** While it grows, open marks of the last block are closed. */
  growing?: boolean;
  /** Draws the marker of a citation. */
  cite?: (marker: number) => ReactNode;
}

export const Markdown = memo(function Markdown({ text, growing = false, cite }: MarkdownProps) {
  const parsed = useMemo(() => blocks(growing ? heal(text) : text), [text, growing]);
  return (
    <div className="reading selectable">
      {parsed.map((token, index) => (
        <Block key={index} raw={token.raw} token={token} cite={cite} />
      ))}
    </div>
  );
});

interface BlockProps {
  raw: string;
  token: Token;
  cite: MarkdownProps["cite"];
}

/** One block; while an answer grows only the block whose source changed is drawn again. */
const Block = memo(
  function Block({ token, cite }: BlockProps) {
    return block(token, cite);
  },
  (before, after) => before.raw === after.raw && before.cite === after.cite,
);

function block(token: Token, cite: MarkdownProps["cite"]): ReactNode {
  switch (token.type) {
    case "heading": {
      const { depth, tokens } = token as Tokens.Heading;
      // The page has its own h1 and h2; headings of an answer come below them.
      const Tag = (["h3", "h4", "h5", "h6", "h6", "h6"] as const)[depth - 1] ?? "h6";
      return <Tag className={`level-${depth}`}>{inline(tokens, cite)}</Tag>;
    }
    case "paragraph":
      return <p>{inline((token as Tokens.Paragraph).tokens, cite)}</p>;
    case "text": {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? inline(tokens, cite) : entities(text);
    }
    case "list": {
      const { ordered, start, items } = token as Tokens.List;
      const children = items.map((item, index) => (
        <li key={index}>
          {item.task && (
            <span aria-hidden className="me-1.5">
              {item.checked ? "☑" : "☐"}
            </span>
          )}
          {item.tokens
            .filter((child) => child.type !== "checkbox")
            .map((child, at) => (
              <Fragment key={at}>{block(child, cite)}</Fragment>
            ))}
        </li>
      ));
      return ordered ? <ol start={start === "" ? 1 : start}>{children}</ol> : <ul>{children}</ul>;
    }
    case "blockquote":
      return (
        <blockquote>
          {(token as Tokens.Blockquote).tokens.map((child, index) => (
            <Fragment key={index}>{block(child, cite)}</Fragment>
          ))}
        </blockquote>
      );
    case "code":
      return (
        <pre tabIndex={0}>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case "table": {
      const { header, rows, align } = token as Tokens.Table;
      const side = (index: number) => {
        const to = align[index];
        return to === "right" ? "text-end!" : to === "center" ? "text-center!" : undefined;
      };
      return (
        <div className="table-scroll" tabIndex={0} role="group">
          <table>
            <thead>
              <tr>
                {header.map((cell, index) => (
                  <th key={index} scope="col" className={side(index)}>
                    {inline(cell.tokens, cite)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={at}>
                  {row.map((cell, index) => (
                    <td key={index} className={side(index)}>
                      {inline(cell.tokens, cite)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    }
    case "hr":
      return <hr />;
    case "def":
    case "space":
      return null;
    default:
      return <p className="whitespace-pre-wrap">{token.raw}</p>;
  }
}

function isCite(token: Token): token is CiteToken & Token {
  return token.type === "cite";
}

function inline(tokens: Token[], cite: MarkdownProps["cite"]): ReactNode {
  const drawn: ReactNode[] = [];
  let run: Token[] = [];
  const flush = () => {
    run.forEach((token) => drawn.push(<Fragment key={drawn.length}>{span(token, cite)}</Fragment>));
    run = [];
  };
  for (const token of tokens) {
    if (!isCite(token)) {
      run.push(token);
      continue;
    }
    if (token.marker !== null) {
      flush();
      drawn.push(<Fragment key={drawn.length}>{cite?.(token.marker) ?? token.raw}</Fragment>);
      continue;
    }
    const sentence = takeSentence(run);
    flush();
    drawn.push(
      <Unsupported key={drawn.length}>
        {sentence.map((part, index) => (
          <Fragment key={index}>{span(part, cite)}</Fragment>
        ))}
      </Unsupported>,
    );
  }
  flush();
  return drawn;
}

/** Takes the tokens of the last sentence off the end of a run. */
function takeSentence(run: Token[]): Token[] {
  const sentence: Token[] = [];
  while (run.length > 0) {
    const token = run.pop();
    if (!token) break;
    if (token.type === "br") {
      if (sentence.length > 0) {
        run.push(token);
        break;
      }
      sentence.unshift(token);
      continue;
    }
    if (token.type === "text" && !("tokens" in token && token.tokens)) {
      const [before, last] = lastSentence((token as Tokens.Text).text);
      if (last) sentence.unshift({ type: "text", raw: last, text: last, escaped: false } as Tokens.Text);
      if (before) {
        run.push({ type: "text", raw: before, text: before, escaped: false } as Tokens.Text);
        break;
      }
      continue;
    }
    sentence.unshift(token);
  }
  return sentence;
}

function Unsupported({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <span className="unsupported-sentence">
      <span className="unsupported">{children}</span>
      <span className="ms-1 inline-block rounded-sm bg-warn-soft px-1 align-baseline text-2xs font-medium text-warn">
        {t("ask.unsupported")}
      </span>
    </span>
  );
}

function span(token: Token, cite: MarkdownProps["cite"]): ReactNode {
  switch (token.type) {
    case "text": {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? inline(tokens, cite) : entities(text);
    }
    case "escape":
      return entities((token as Tokens.Escape).text);
    case "strong":
      return <strong>{inline((token as Tokens.Strong).tokens, cite)}</strong>;
    case "em":
      return <em>{inline((token as Tokens.Em).tokens, cite)}</em>;
    case "del":
      return <del>{inline((token as Tokens.Del).tokens, cite)}</del>;
    case "codespan":
      return <code>{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br />;
    case "link": {
      const { href, tokens } = token as Tokens.Link;
      return <Link href={href}>{inline(tokens, undefined)}</Link>;
    }
    case "image":
      return <InertImage alt={(token as Tokens.Image).text} />;
    default:
      return token.raw;
  }
}

function Link({ href, children }: { href: string; children: ReactNode }) {
  const { t } = useTranslation();
  const address = outsideAddress(href);
  if (!address) {
    return (
      <span className="inert-link" title={t("link.inert")}>
        {children}
      </span>
    );
  }
  return (
    <a
      className="outside"
      href={address}
      onClick={(event) => {
        event.preventDefault();
        askToOpen(address);
      }}
      onAuxClick={(event) => event.preventDefault()}
    >
      {children}
    </a>
  );
}

function InertImage({ alt }: { alt: string }) {
  const { t } = useTranslation();
  return <span className="text-ink-3">{alt ? t("link.imageNamed", { alt }) : t("link.image")}</span>;
}

const named: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": "\u00a0",
};

function entities(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => named[entity] ?? entity);
}
