-- Ten thousand conversations of one question and one answer each; the last one goes on for 2,000 messages.
PRAGMA foreign_keys = ON;
BEGIN;

CREATE TEMP TABLE topics (n INTEGER PRIMARY KEY, title TEXT);
INSERT INTO temp.topics VALUES (0, '差旅报销'), (1, '教案'), (2, '季度销售'), (3, '合同审阅'), (4, 'Lost laptop');

WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)
INSERT INTO conversations (id, title, created_at_ms, updated_at_ms)
SELECT numbers.n, topics.title || ' ' || numbers.n, 1760000000000 + numbers.n * 60000, 1760000000000 + numbers.n * 60000
FROM numbers JOIN temp.topics topics ON topics.n = numbers.n % 5;

-- Messages 2n - 1 and 2n belong to conversation n; those of the last one follow each other up to 2,000.
CREATE TEMP TABLE said (id INTEGER PRIMARY KEY, conversation INTEGER, parent INTEGER);
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000 - 2 + 2000)
INSERT INTO temp.said
SELECT n, min((n + 1) / 2, 10000), CASE WHEN n % 2 = 0 OR n > 19999 THEN n - 1 END FROM numbers;

INSERT INTO messages (id, conversation_id, parent_id, role, content, citations, extra, created_at_ms)
SELECT id, conversation, parent,
       CASE WHEN id % 2 = 1 THEN 'user' ELSE 'assistant' END,
       CASE WHEN id % 2 = 1
            THEN '出差回来以后，要在多长时间内提交报销申请？（' || id || '）'
            ELSE '应当在出差返回后 **15 个工作日**内提交报销申请，逾期须书面说明原因（' || id || '）。' || char(10) || char(10)
                 || '- 住宿费：经理级每晚 450 元，其他人员每晚 350 元' || char(10)
                 || '- 市内交通：每天 80 元，凭票据实报' || char(10)
                 || '- 逾期 30 个工作日以上的，财务部不予受理' || char(10) || char(10)
                 || '| 职级 | 住宿 | 交通 |' || char(10) || '|---|---|---|' || char(10)
                 || '| 经理 | 450 | 80 |' || char(10) || '| 其他 | 350 | 80 |'
       END,
       '[]', 'null', 1760000000000 + id * 1000
FROM temp.said;

UPDATE conversations
SET leaf_id = (SELECT max(messages.id) FROM messages WHERE messages.conversation_id = conversations.id);
COMMIT;
