-- How often series of a tenant were forgotten: whoever remembers their numbers asks again when this has grown.
ALTER TABLE metric_tenant ADD COLUMN forgotten BIGINT NOT NULL DEFAULT 0;
