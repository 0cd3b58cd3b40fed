/**
 * Characters that values and annexes use again and again: the template's own font brings them once, so that few agreements bring glyphs of
 * their own. A matter of size alone, part of the prefix: changed only together with it.
 */
export const COMMON_CHARACTERS = [
  // Surnames.
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜谭陆范廖石金韦方江',
  // Given names.
  '子浩宇轩涵欣怡梓雨佳思博文俊杰雅婷静丽娟敏强磊洋艳勇军秀霞平刚桂英华玉兰红明伟志建晓春梅琳雪晨阳嘉诗梦瑶鑫海燕芳飞鹏超',
  // Addresses and names of schools and firms.
  '省市县区镇乡村路街道号楼室栋层园集团股份限公司厂店酒科技术学院校职业中等专电子机械制造汽车修配精密数控模具软件信息物流商贸旅游餐饮护理医药幼儿建筑食品化工新能源智慧州',
  // Annexes.
  '补充款第条宿舍食堂餐费午晚班车接送水柜钥匙服套洗座谈夜周末加奖金贴助元月每日天前后内保密图纸艺带离交还押收据考勤迟请假归证书发放帮扶',
].join('');
