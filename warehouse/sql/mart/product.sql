-- no rows: the functions that tell which offers are one product; kept in the published file, so that queries of it run in any client
-- what an offer is called, without what changes from one listing of a product to the next: sizes, contents, numbers of pieces, colours by
-- number, seasons, prices and days of sales. Other digits name a model and stay: 手机壳 15 is no 手机壳 16
create or replace macro product_wording(title) as regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    translate(lower(title), '０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ', '0123456789abcdefghijklmnopqrstuvwxyz'),
    -- what only begins like a measure is parted from its number: 15支架, 14双卡
    '(\d)\s*(个性|支架|支持|条纹|双[卡面层模击人用]|包边|包邮|张力|对讲|本色|色系|号码|只为|组合|条码|度假|天玑|日系|月光|月饼|点读|元素|元气|层架|人体|人脸)', '\1|\2', 'g'),
    -- and 装 of another word from the pieces before it: 3片装饰画
    '装([饰修置备扮束载甲机盘卸订潢裱配嫩])', '|装\1', 'g'),
    'https?://\S+|[#＃]\d+|\d+[#＃]|(?:双|满|减|买|送|赠|拍|省|抵|前)\s*\d+(?:\.\d+)?|[¥￥]\s*\d+(?:\.\d+)?|\b11[-.·]?11\b|\b12[-.·]?12\b|\b618\b'
        || '|\b(?:19|20)\d\d\b|\b\d+(?:\.\d+)?(?:\s*[-~～至到/+]\s*\d+(?:\.\d+)?)*\s*(?:'
        || '(?:ml|mg|kg|g|l|gb|tb|mb|mm|cm|m|oz|pcs)(?:(?:\s*[x×*✕]\s*\d+[瓶支盒罐袋包桶听杯条块箱提件组枚颗片贴粒只个份板卷管双]?)+|\b)'
        || '|(?:毫升|毫米|千克|公斤|厘米|英寸|小时|[升克斤两米寸尺码号色片贴抽粒枚颗块包袋瓶盒支只个条件套双张卷罐桶箱提组对根本册杯听串盘层人名元折岁月日天点周秒])(?:\s*[x×*✕]\s*\d+[瓶支盒罐袋包桶听杯条块箱提件组枚颗片贴粒只个份板卷管双]?)*)'
        -- the pieces come in: 60ml*2瓶, 10片/盒, 20袋装, 30粒瓶装
        || '(?:/[瓶支盒罐袋包桶听杯条块箱提件组枚颗片贴粒只个份板卷管双]|[瓶支盒罐袋包桶听杯条块箱提件组枚颗片贴粒只个份板卷管双]?装)?'
        || '|[×*✕]\s*\d+',
    ' ', 'g'), '[\p{P}\p{S}\p{Z}]', '', 'g');
-- the same product in the same shop is one, however many ids it is listed under
create or replace macro spu_of(platform, shop, title) as
    md5(concat_ws(chr(31), platform, coalesce(shop, ''), product_wording(title)));
